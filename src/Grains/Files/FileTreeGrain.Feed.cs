using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Files;

/// <summary>The changes feed.</summary>
internal sealed partial class FileTreeGrain
{
    public async Task<FileFeedPage> ReadFeedAsync(FileFeedQuery query)
    {
        // A move that is under way would show in part.
        using var share = await _lock.ShareAsync();
        var tree = await CurrentTreeAsync();
        var page = await ReadChangesAsync(query);
        var hidden = query.ClientId is { } client ? ReferenceTo(client) : null;
        if (hidden is not null && !tree.NotSynchronizedOn.Any(hidden))
            hidden = null;

        var entries = new List<FileFeedEntry>(page.Results.Count);
        var bytes = 0;
        for (var i = 0; i < page.Results.Count; i++)
        {
            var change = page.Results[i];
            bytes += change.Document?.Members.Length ?? 0;
            if (bytes > MaximumPageBytes && i > 0)
                return new(entries, page.Results[i - 1].Sequence, page.Pending + page.Results.Count - i) { Read = i };
            if (!change.Id.StartsWith('_'))
                entries.Add(ToEntry(tree, change, hidden));
        }

        return new(entries, page.LastSequence, page.Pending) { Read = page.Results.Count };
    }

    public async ValueTask<IReadOnlyList<string>> FindLeftOutAsync(string clientId, IReadOnlyList<string> ids)
    {
        var tree = await _tree.GetAsync();
        var client = ReferenceTo(clientId);
        return tree.NotSynchronizedOn.Any(client)
            ? [.. ids.Where(id => tree.Find(id) is { } node && IsLeftOut(tree, node, client))]
            : [];
    }

    private static FileReference ReferenceTo(string clientId) => new("io.cozy.oauth.clients", clientId);

    private static bool IsLeftOut(FileTree tree, FileNode node, FileReference client) =>
        FileTree.Ancestors(node).Prepend(node).Any(at => tree.NotSynchronizedOn.Refers(at, client));

    private static FileFeedEntry ToEntry(FileTree tree, DocumentChange change, FileReference? hidden)
    {
        var node = change.Deleted ? null : tree.Find(change.Id);
        var isHidden = hidden is not null && node is not null && IsLeftOut(tree, node, hidden);
        var isGone = change.Deleted || isHidden;
        return new FileFeedEntry(
            change.Id,
            change.Sequence,
            change.Leaves[0].ToString(),
            isGone,
            isGone ? null : change.Document?.Members,
            isGone || node is null ? null : FileTree.PathOf(node))
        {
            IsTrashed = node is not null && FileTree.IsInTrash(node),
        };
    }

    private async Task<ChangesPage> ReadChangesAsync(FileFeedQuery query)
    {
        try
        {
            return await _store.ReadChangesAsync(_database, new ChangesQuery
            {
                Since = string.IsNullOrEmpty(query.Since) ? null : query.Since,
                Limit = Math.Clamp(query.Limit, 1, MaximumPage),
                IncludeDocuments = query.IncludeDocuments,
            });
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
