using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Files;

/// <summary>A tree as its documents have it.</summary>
/// <param name="Tree">The tree.</param>
/// <param name="Stale">Files and folders whose documents do not say where the tree has them, if that was asked.</param>
/// <param name="LooseVersions">Ids of versions whose file is gone.</param>
/// <param name="DoubleVersions">Ids of versions that are their file's current content, as an interrupted overwrite leaves them.</param>
internal sealed record LoadedTree(
    FileTree Tree, IReadOnlyList<FileNode> Stale, IReadOnlyList<string> LooseVersions, IReadOnlyList<string> DoubleVersions);

/// <summary>Reads an instance's tree from its documents, away from the grain's turns.</summary>
internal sealed class FileTreeLoader(IDocumentStore documents, string instanceId)
{
    // Large, because a store may count the documents before each page.
    private const int PageSize = 5000;

    // Documents of notes can be large.
    private const int MaximumPageBytes = 16 << 20;

    private readonly DatabaseName _files = DatabaseName.ForDoctype(instanceId, WellKnownFiles.Doctype);
    private readonly DatabaseName _versions = DatabaseName.ForDoctype(instanceId, WellKnownFiles.VersionsDoctype);

    /// <summary>The whole tree; empty when the instance has none yet.</summary>
    public Task<LoadedTree> LoadAsync(bool findStale) => Task.Run(async () =>
    {
        // First, because a version is written before the file that it is of.
        var versions = new List<(string Id, long Size)>();
        await foreach (var row in ListAsync(_versions))
            versions.Add((row.Id, FileDocument.Size(row.Document!.Members)));
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
        var stale = findStale ? loaded.Values.Where(IsStale).Select(node => node.Node).ToList() : [];
        var (loose, doubles) = AddVersions(tree, versions, loaded);
        return new LoadedTree(tree, stale, loose, doubles);
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

    private static (List<string> Loose, List<string> Doubles) AddVersions(
        FileTree tree, List<(string Id, long Size)> versions, Dictionary<FileKey, LoadedNode> loaded)
    {
        var (loose, doubles) = (new List<string>(), new List<string>());
        foreach (var (id, size) in versions)
        {
            var (fileId, versionId) = VersionDocument.Split(id);
            if (!loaded.TryGetValue(new FileKey(fileId), out var file) || file.Node.IsDirectory)
                loose.Add(id);
            else if (file.VersionId == versionId)
                doubles.Add(id);
            else
                tree.Versions.Add(file.Node, size);
        }

        return (loose, doubles);
    }

    private async IAsyncEnumerable<DocumentRow> ListAsync(DatabaseName database)
    {
        string? after = null;
        do
        {
            var page = await ReadPageAsync(database, after);
            foreach (var row in page.Rows)
            {
                if (!row.Id.StartsWith('_'))
                    yield return row;
            }

            after = page.IsCut || page.Rows.Count == PageSize ? page.Rows[^1].Id : null;
        }
        while (after is not null);
    }

    private async Task<DocumentPage> ReadPageAsync(DatabaseName database, string? after)
    {
        try
        {
            var query = new ListQuery
            {
                StartKey = after is null ? null : after + "\0",
                Limit = PageSize,
                MaxBytes = MaximumPageBytes,
                IncludeDocuments = true,
            };
            return await documents.ListAsync(database, query);
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            // A new instance, or one without versions.
            return new DocumentPage(0, 0, []);
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
