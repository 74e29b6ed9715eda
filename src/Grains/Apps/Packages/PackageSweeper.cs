using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Apps.Packages;

/// <summary>
/// Removes packages that no instance uses any longer. Each step is a document written in place of the revision that was
/// read, so that an instance that installs the package meanwhile (<see cref="PackageStore.KeepAsync"/>) and the removal cannot
/// both win: noted as unused; after a while and another look noted as going; then the content, then the document.
/// A crash leaves a step that the next sweep goes on from.
/// </summary>
internal sealed class PackageSweeper(IDocumentStore documents, IBlobStore blobs, IOptions<AppsOptions> options, TimeProvider time)
{
    private const int PageSize = 20;

    /// <summary>Looks at all packages.</summary>
    /// <param name="used">Those that were seen to be used.</param>
    /// <param name="since">When the look at the instances began.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> SweepAsync(IReadOnlySet<string> used, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var removed = 0;
        string? start = null;
        while (true)
        {
            var rows = await ListAsync(start, cancellationToken);
            foreach (var document in rows.Where(document => document.Id != start))
                removed += await LookAtAsync(document, used.Contains(document.Id), since, cancellationToken) ? 1 : 0;
            if (rows.Count < PageSize)
                return removed;
            start = rows[^1].Id;
        }
    }

    private async Task<IReadOnlyList<StoredDocument>> ListAsync(string? start, CancellationToken cancellationToken)
    {
        try
        {
            var query = new ListQuery { StartKey = start, Limit = PageSize, IncludeDocuments = true };
            var page = await documents.ListAsync(PackageStore.Database, query, cancellationToken);
            return [.. page.Rows.Select(row => row.Document).OfType<StoredDocument>()];
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return [];
        }
    }

    private async Task<bool> LookAtAsync(StoredDocument document, bool isUsed, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var life = PackageDocument.ReadLife(document.Members);
        if (life.IsGoing)
            return await RemoveAsync(document.Id, document.Revision, life, cancellationToken);
        if (isUsed)
        {
            if (life.UnusedSince is not null)
                await WriteAsync(document, life with { UnusedSince = null }, cancellationToken);
            return false;
        }

        if (life.UnusedSince is not { } unused)
        {
            await WriteAsync(document, life with { UnusedSince = time.GetUtcNow() }, cancellationToken);
            return false;
        }

        var going = life with { IsGoing = true };
        return unused <= since - options.Value.UnusedPackageTime
            && await WriteAsync(document, going, cancellationToken) is { } revision
            && await RemoveAsync(document.Id, revision, going, cancellationToken);
    }

    private async Task<bool> RemoveAsync(string id, Revision revision, PackageLife life, CancellationToken cancellationToken)
    {
        await blobs.DeleteAsync([new BlobKey(AppPackages.Area, id, life.ContentId)], cancellationToken);
        return await EditAsync(new DocumentEdit(id, revision, true, ReadOnlyMemory<byte>.Empty), cancellationToken) is not null;
    }

    private Task<Revision?> WriteAsync(StoredDocument document, PackageLife life, CancellationToken cancellationToken) => EditAsync(
        new DocumentEdit(document.Id, document.Revision, false, PackageDocument.Rewrite(document.Members, life)), cancellationToken);

    /// <summary>The new revision; null when somebody else wrote the document meanwhile.</summary>
    private async Task<Revision?> EditAsync(DocumentEdit edit, CancellationToken cancellationToken)
    {
        var result = (await documents.EditAsync(PackageStore.Database, [edit], cancellationToken))[0];
        return result.Failure switch
        {
            null => result.Revision,
            { Kind: StoreError.Conflict } => null,
            _ => throw result.Failure,
        };
    }
}
