using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Files;

/// <summary>A tree as its documents have it.</summary>
/// <param name="Tree">The tree.</param>
/// <param name="Stale">Files and folders whose documents do not say where the tree has them, if that was asked.</param>
/// <param name="LooseVersions">Ids of versions whose file is gone.</param>
internal sealed record LoadedTree(FileTree Tree, IReadOnlyList<FileNode> Stale, IReadOnlyList<string> LooseVersions);

/// <summary>Reads an instance's tree from its documents, away from the grain's turns.</summary>
internal sealed class FileTreeLoader(IDocumentStore documents, string instanceId)
{
    // Large, because a store may count the documents before each page.
    private const int PageSize = 5000;

    private readonly DatabaseName _files = DatabaseName.ForDoctype(instanceId, WellKnownFiles.Doctype);
    private readonly DatabaseName _versions = DatabaseName.ForDoctype(instanceId, WellKnownFiles.VersionsDoctype);

    /// <summary>The whole tree; empty when the instance has none yet.</summary>
    public Task<LoadedTree> LoadAsync(bool findStale) => Task.Run(async () =>
    {
        var loaded = new Dictionary<FileKey, LoadedNode>();
        await foreach (var row in ListAsync(_files))
        {
            if (LoadedNode.Read(row.Document!) is { } node)
                loaded[node.Node.Key] = node;
        }

        var tree = new FileTree();
        foreach (var node in loaded.Values)
            Add(tree, node, loaded.TryGetValue(node.Parent, out var parent) ? parent.Node as FolderNode : null);
        Detach(loaded.Values);
        var loose = await AddVersionsAsync(tree);
        var stale = findStale ? loaded.Values.Where(IsStale).Select(node => node.Node).ToList() : [];
        return new LoadedTree(tree, stale, loose);
    });

    private static void Add(FileTree tree, LoadedNode node, FolderNode? parent)
    {
        tree.Add(node.Node, node.Node.Key.Equals(FileKey.Root) ? null : parent);
        tree.ReferencedBy.Set(node.Node, node.ReferencedBy, node.Date);
        tree.NotSynchronizedOn.Set(node.Node, node.NotSynchronizedOn, "");
    }

    /// <summary>Documents from elsewhere could be in each other: such a ring is cut open.</summary>
    private static void Detach(IEnumerable<LoadedNode> nodes)
    {
        foreach (var node in nodes)
        {
            if (node.Node is not FolderNode { Parent: { } parent } || FileTree.DepthOf(node.Node) <= FileRules.MaximumDepth)
                continue;
            parent.Remove(node.Node);
            node.Node.Parent = null;
        }
    }

    private static bool IsStale(LoadedNode node) => node.Path is null
        ? node.IsTrashed != FileTree.IsInTrash(node.Node)
        : node.Path != FileTree.PathOf(node.Node);

    private async Task<List<string>> AddVersionsAsync(FileTree tree)
    {
        var loose = new List<string>();
        await foreach (var row in ListAsync(_versions))
        {
            if (tree.Find(VersionDocument.Split(row.Id).FileId) is { IsDirectory: false } file)
                tree.Versions.Add(file, FileDocument.Size(row.Document!.Members));
            else
                loose.Add(row.Id);
        }

        return loose;
    }

    private async IAsyncEnumerable<DocumentRow> ListAsync(DatabaseName database)
    {
        string? after = null;
        do
        {
            var page = await ReadPageAsync(database, after);
            foreach (var row in page)
            {
                if (!row.Id.StartsWith('_'))
                    yield return row;
            }

            after = page.Count < PageSize ? null : page[^1].Id;
        }
        while (after is not null);
    }

    private async Task<IReadOnlyList<DocumentRow>> ReadPageAsync(DatabaseName database, string? after)
    {
        try
        {
            var query = new ListQuery
            {
                StartKey = after is null ? null : after + "\0",
                Limit = PageSize,
                IncludeDocuments = true,
            };
            return (await documents.ListAsync(database, query)).Rows;
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            // A new instance, or one without versions.
            return [];
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
