using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Files;

/// <summary>Reading: nothing here waits for changes in flight.</summary>
internal sealed partial class FileTreeGrain
{
    /// <summary>Most entries of one answer: it has to stay far below the limit of a message.</summary>
    private const int MaximumPage = 500;

    // Documents can be large, such as those of notes.
    private const int MaximumPageBytes = 4 << 20;

    public async ValueTask<FileEntry?> FindByIdAsync(string id)
    {
        var tree = await _tree.GetAsync();
        return tree.Find(id) is { } node ? await ReadAsync(tree, node) : null;
    }

    public async ValueTask<FileEntry?> FindByPathAsync(string path)
    {
        if (!path.StartsWith('/'))
            throw CozyException.BadRequest("Path should be absolute");
        var tree = await _tree.GetAsync();
        return tree.FindByPath(path) is { } node ? await ReadAsync(tree, node) : null;
    }

    public async Task<IReadOnlyList<FileEntry?>> FindManyAsync(IReadOnlyList<string> ids)
    {
        var tree = await _tree.GetAsync();
        var nodes = ids.Take(MaximumPage).Select(tree.Find).ToList();
        var found = await ReadManyAsync(tree, [.. nodes.OfType<FileNode>()]);
        return [.. nodes.Select(node => node is null ? null : found.GetValueOrDefault(node))];
    }

    public async Task<IReadOnlyList<FileEntry>> ListAncestorsAsync(string id)
    {
        var tree = await _tree.GetAsync();
        if (tree.Find(id) is not { } node)
            return [];

        var folders = FileTree.Ancestors(node).ToList<FileNode>();
        var found = await ReadManyAsync(tree, folders);
        return [.. folders.Select(found.GetValueOrDefault).OfType<FileEntry>()];
    }

    public async Task<FilePage> ListChildrenAsync(ChildrenQuery query)
    {
        var tree = await _tree.GetAsync();
        var node = tree.Find(query.DirectoryId) ?? throw FileRules.NotFound();
        if (node is not FolderNode folder)
            throw CozyException.BadRequest($"cant read children of file {node.Id}");

        var children = folder.Sorted;
        var hidden = folder.Key.Equals(FileKey.Root) ? children.FindIndex(FileTree.IsTrash) : -1;
        var at = query.From is null ? 0 : folder.IndexOf(query.From);
        at += query.Skip + (hidden >= at && hidden < at + query.Skip ? 1 : 0);
        var page = new List<FileNode>();
        var limit = Math.Min(query.Limit, MaximumPage);
        for (; at < children.Count && page.Count < limit; at++)
        {
            if (at != hidden)
                page.Add(children[at]);
        }

        if (at == hidden)
            at++;
        var next = at < children.Count ? children[at].Position : null;
        var total = children.Count - (hidden >= 0 ? 1 : 0);

        // From here on others may change the tree, and with it the list of children.
        var found = await ReadManyAsync(tree, page);
        var cut = Cut([.. page.Select(child => (child, found.GetValueOrDefault(child)))]);
        return new FilePage(total, [.. cut.Entries]) { Next = cut.Next ?? next };
    }

    public async ValueTask<IReadOnlyList<string?>> PathsOfAsync(IReadOnlyList<string> directoryIds)
    {
        var tree = await _tree.GetAsync();
        return [.. directoryIds.Select(id => tree.FindFolder(id) is { } folder ? FileTree.PathOf(folder) : null)];
    }

    public async ValueTask<long> GetSizeAsync(string directoryId)
    {
        var folder = (await _tree.GetAsync()).FindFolder(directoryId) ?? throw FileRules.NotFound();

        // As the original: what is in the trash does not count for the root.
        return FileTree.Below(folder)
            .Where(node => !folder.Key.Equals(FileKey.Root) || !FileTree.IsInTrash(node))
            .Sum(node => node.Size);
    }

    public async ValueTask<DiskUsage> GetDiskUsageAsync()
    {
        var quota = await AskQuotaAsync();
        var tree = await _tree.GetAsync();
        return new(tree.UsedBytes, quota)
        {
            Files = tree.FileBytes,
            Versions = tree.Versions.Bytes,
            Trash = tree.FindFolder(WellKnownFiles.TrashId) is { } trash ? FileTree.Below(trash).Sum(node => node.Size) : 0,
        };
    }

    private async ValueTask<FileEntry?> ReadAsync(FileTree tree, FileNode node) =>
        await _documents.ReadAsync(node.Id) is { Deleted: false } document ? Shown(tree, node, document) : null;

    /// <summary>Reads many documents at once, straight from the store: nobody but this grain writes them.</summary>
    private async Task<Dictionary<FileNode, FileEntry>> ReadManyAsync(FileTree tree, IReadOnlyList<FileNode> nodes)
    {
        var documents = await ReadDocumentsAsync(nodes);
        var entries = new Dictionary<FileNode, FileEntry>(documents.Count);
        foreach (var (node, document) in documents)
            entries[node] = Shown(tree, node, document);
        return entries;
    }

    private async Task<Dictionary<FileNode, Document>> ReadDocumentsAsync(IReadOnlyList<FileNode> nodes)
    {
        var found = new Dictionary<FileNode, Document>(nodes.Count);
        if (nodes.Count == 0)
            return found;
        try
        {
            var query = new ListQuery { Keys = [.. nodes.Select(node => node.Id)], IncludeDocuments = true };
            var rows = (await _store.ListAsync(_database, query)).Rows;
            for (var i = 0; i < rows.Count; i++)
            {
                if (rows[i] is { Deleted: false, Document: { } document })
                    found[nodes[i]] = new Document(document.Id, document.Revision.ToString(), false, document.Members);
            }

            return found;
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return found;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    /// <summary>
    /// A document as the tree has it: while a folder is on its way, some documents below it are rewritten already.
    /// </summary>
    private FileEntry Shown(FileTree tree, FileNode node, Document document)
    {
        var entry = Entry(tree, node, document);
        if (!_lock.IsAlone)
            return entry;

        var changes = node.IsDirectory
            ? new MemberChanges().Set("path", entry.Path)
            : new MemberChanges().Set("trashed", FileTree.IsInTrash(node));
        return entry with { Members = changes.ApplyTo(entry.Members) };
    }

    /// <summary>As many as fit into one answer, and where the rest starts.</summary>
    private static (List<FileEntry> Entries, FilePosition? Next) Cut(IReadOnlyList<(FileNode Node, FileEntry? Entry)> page)
    {
        var entries = new List<FileEntry>(page.Count);
        var bytes = 0;
        foreach (var (node, entry) in page)
        {
            if (entry is null)
                continue;
            bytes += entry.Members.Length;
            if (bytes > MaximumPageBytes && entries.Count > 0)
                return (entries, node.Position);
            entries.Add(entry);
        }

        return (entries, null);
    }
}
