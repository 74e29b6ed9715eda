namespace Cozy.Cluster.Tests.Files;

/// <summary>A file or folder as a client believes it to be.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its content; null for a folder.</param>
/// <param name="FirstContent">The content it had before its first overwrite, which the server keeps; null for none.</param>
internal sealed record ModelNode(string Id, string? Content, string? FirstContent)
{
    public bool IsFolder => Content is null;

    /// <summary>Bytes that count against the quota.</summary>
    public long Bytes => (Content?.Length ?? 0) + (FirstContent?.Length ?? 0);
}

/// <summary>What one client has in its folder and in the trash: a simple picture that the server must match.</summary>
internal sealed record FileModel(
    IReadOnlyDictionary<string, ModelNode> Tree, IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModelNode>> Trash)
{
    public static readonly FileModel Empty = new(
        new Dictionary<string, ModelNode>(), new Dictionary<string, IReadOnlyDictionary<string, ModelNode>>());

    public long Bytes => Tree.Values.Sum(node => node.Bytes) + Trash.Values.Sum(tree => tree.Values.Sum(node => node.Bytes));

    public FileModel With(string path, ModelNode node) => this with { Tree = new Dictionary<string, ModelNode>(Tree) { [path] = node } };

    /// <summary>Moves what is at a path, and all that is below it.</summary>
    public FileModel Moved(string from, string to) => this with
    {
        Tree = Tree.ToDictionary(pair => IsAtOrBelow(pair.Key, from) ? to + pair.Key[from.Length..] : pair.Key, pair => pair.Value),
    };

    public FileModel Without(string path) => this with
    {
        Tree = Tree.Where(pair => !IsAtOrBelow(pair.Key, path)).ToDictionary(pair => pair.Key, pair => pair.Value),
    };

    /// <summary>Puts what is at a path into the trash, under the id of its top.</summary>
    public FileModel Trashed(string path) => Without(path) with
    {
        Trash = new Dictionary<string, IReadOnlyDictionary<string, ModelNode>>(Trash)
        {
            [Tree[path].Id] = Tree.Where(pair => IsAtOrBelow(pair.Key, path)).ToDictionary(pair => pair.Key, pair => pair.Value),
        },
    };

    /// <summary>Destroys what was trashed under an id.</summary>
    public FileModel Destroyed(string id) => this with
    {
        Trash = Trash.Where(pair => pair.Key != id).ToDictionary(pair => pair.Key, pair => pair.Value),
    };

    /// <summary>Takes what was trashed under an id back, to a path.</summary>
    public FileModel Restored(string id, string path)
    {
        var tree = new Dictionary<string, ModelNode>(Tree);
        var top = Trash[id].Single(pair => pair.Value.Id == id).Key;
        foreach (var (old, node) in Trash[id])
            tree[path + old[top.Length..]] = node;
        return Destroyed(id) with { Tree = tree };
    }

    public static bool IsAtOrBelow(string path, string top) => path == top || path.StartsWith(top + "/", StringComparison.Ordinal);

    /// <summary>What the tree looks like, to compare and to read when it differs.</summary>
    public string Describe() => string.Join(
        '\n', Tree.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key} {pair.Value.Id} {(pair.Value.IsFolder ? "folder" : pair.Value.Content!.Length)}"));
}
