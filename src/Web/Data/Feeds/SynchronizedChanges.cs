using Cozy.CouchDbServer.Changes;
using Cozy.Grains.Files;
using Cozy.Storage.Documents;

namespace Cozy.Web.Data.Feeds;

/// <summary>The changes of files as an OAuth client sees them: what is in a folder that it leaves out looks deleted.</summary>
internal sealed class SynchronizedChanges(IFileTreeGrain tree, string clientId) : IChangesVeil
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DocumentChange>> HideAsync(IReadOnlyList<DocumentChange> changes)
    {
        var ids = changes.Where(change => !change.Deleted && !change.Id.StartsWith('_')).Select(change => change.Id).ToList();
        if (ids.Count == 0)
            return changes;
        var leftOut = (await tree.FindLeftOutAsync(clientId, ids)).ToHashSet(StringComparer.Ordinal);
        return leftOut.Count == 0 ? changes : [.. changes.Select(change => leftOut.Contains(change.Id) ? Hidden(change) : change)];
    }

    private static DocumentChange Hidden(DocumentChange change) => change with
    {
        Deleted = true,
        Document = change.Document is { } document
            ? new StoredDocument(document.Id, document.Revision, true, ReadOnlyMemory<byte>.Empty)
            : null,
    };
}
