using System.Globalization;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Realtime;

/// <summary>
/// The grains that asked for good to be told of a doctype's changes: a document of <c>io.cozy.hooks</c> per doctype, which
/// no client can reach.
/// </summary>
internal sealed class DoctypeListeners(IDocumentStore documents, string instanceId, string doctype)
{
    /// <summary>The doctype of these documents.</summary>
    public const string HooksDoctype = "io.cozy.hooks";
    private const string Member = "listeners";
    private const int Attempts = 5;

    private readonly DatabaseName _database = DatabaseName.ForDoctype(instanceId, HooksDoctype);

    /// <summary>Who listens.</summary>
    public async Task<IReadOnlyList<GrainId>> ReadAsync() => doctype == HooksDoctype ? [] : Parse(await FindAsync());

    /// <summary>Remembers a listener of the same instance.</summary>
    public Task AddAsync(GrainId listener) =>
        !IsOwn(listener) ? throw new ArgumentException("A listener belongs to another instance.", nameof(listener))
        : ChangeAsync(known => known.Contains(listener) ? known : [.. known, listener]);

    /// <summary>Forgets a listener.</summary>
    public Task RemoveAsync(GrainId listener) =>
        ChangeAsync(known => known.Contains(listener) ? [.. known.Where(other => other != listener)] : known);

    private bool IsOwn(GrainId listener) =>
        listener.Key.ToString() is { } key
        && key.StartsWith(instanceId, StringComparison.Ordinal) && (key.Length == instanceId.Length || key[instanceId.Length] == '/');

    private async Task ChangeAsync(Func<IReadOnlyList<GrainId>, IReadOnlyList<GrainId>> change)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var current = await FindAsync();
            var known = Parse(current);
            var changed = change(known);
            if (ReferenceEquals(changed, known))
                return;

            var members = Json.Members(json =>
            {
                json.WriteStartArray(Member);
                foreach (var listener in changed)
                    json.WriteStringValue(listener.ToString());
                json.WriteEndArray();
            });
            var edit = new DocumentEdit(doctype, current?.Revision, Deleted: changed.Count == 0, members);
            if ((await documents.EditAsync(_database, [edit]))[0].Failure is not { } failure)
                return;
            if (failure.Kind != StoreError.Conflict)
                throw failure;
        }

        throw CozyException.Conflict("The listeners are being changed by others.");
    }

    private async Task<StoredDocument?> FindAsync()
    {
        try
        {
            return await documents.GetAsync(_database, doctype, ReadOptions.Winner) is { Deleted: false } found ? found : null;
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return null;
        }
    }

    private IReadOnlyList<GrainId> Parse(StoredDocument? document)
    {
        if (document is null)
            return [];
        using var json = Json.Parse(document.Members);
        return [.. json.RootElement.Texts(Member)
            .Where(text => GrainId.TryParse(text, out _)).Select(text => GrainId.Parse(text, CultureInfo.InvariantCulture)).Where(IsOwn)];
    }
}
