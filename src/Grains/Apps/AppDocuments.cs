using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Apps;

/// <summary>The documents of an instance's apps: <c>io.cozy.apps</c> and <c>io.cozy.konnectors</c>.</summary>
internal sealed class AppDocuments(IDocumentStore store, IGrainFactory grains, string instanceId)
{
    // Ids of one doctype begin with its name and a slash; the character behind the slash ends them.
    private const char AfterSlash = '0';

    /// <summary>An app's document; null when there is none.</summary>
    public async ValueTask<InstalledApp?> FindAsync(AppKind kind, string slug)
    {
        try
        {
            return await DocumentsOf(kind).ReadAsync(kind.DocumentId(slug)) is { Deleted: false } document
                ? AppDocument.Read(kind, document.Id, document.Revision, document.Members)
                : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>The documents in the order of their ids.</summary>
    public async Task<IReadOnlyList<InstalledApp>> ListAsync(AppKind kind, string? first, int? limit)
    {
        var query = new ListQuery
        {
            StartKey = kind.DocumentId(first ?? string.Empty),
            EndKey = kind.Doctype() + AfterSlash,
            Limit = limit,
            IncludeDocuments = true,
        };
        try
        {
            var page = await store.ListAsync(DatabaseName.ForDoctype(instanceId, kind.Doctype()), query);
            return [.. page.Rows.Select(row => row.Document is { } document
                ? AppDocument.Read(kind, document.Id, document.Revision.ToString(), document.Members)
                : null).OfType<InstalledApp>()];
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return [];
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    /// <summary>Writes an app's document in place of the one that is known, or a new one.</summary>
    /// <exception cref="CozyException">Conflict: somebody else changed it.</exception>
    public async Task<InstalledApp> WriteAsync(AppKind kind, string slug, InstalledApp? current, ReadOnlyMemory<byte> members)
    {
        var id = kind.DocumentId(slug);
        return AppDocument.Read(kind, id, await EditAsync(kind, new Edit(id, current?.Revision, false, members)), members)!;
    }

    /// <summary>Deletes an app's document.</summary>
    /// <exception cref="CozyException">Conflict: somebody else changed it.</exception>
    public Task DeleteAsync(InstalledApp app) => EditAsync(
        app.Kind, new Edit(app.Kind.DocumentId(app.Slug), app.Revision, true, ReadOnlyMemory<byte>.Empty));

    private async Task<string> EditAsync(AppKind kind, Edit edit)
    {
        var outcome = (await DocumentsOf(kind).EditAsync([edit]))[0];
        return outcome.Revision ?? throw CozyException.Conflict(outcome.Reason!);
    }

    private IDoctypeGrain DocumentsOf(AppKind kind) =>
        grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, kind.Doctype()));
}
