using System.Text;

namespace Cozy.Grains.Files;

/// <summary>The tree of one instance in memory. Only for use on the grain's turns.</summary>
internal sealed class FileTree
{
    private readonly HashSet<FileNode> _byKey = new(KeyComparer.Instance);

    /// <summary>Bytes of all files.</summary>
    public long FileBytes { get; private set; }

    /// <summary>How many files and folders there are.</summary>
    public int Count => _byKey.Count;

    /// <summary>What is known of the former contents of files.</summary>
    public VersionTotals Versions { get; } = new();

    /// <summary>Who refers to which documents.</summary>
    public ReferenceIndex ReferencedBy { get; } = new();

    /// <summary>Which folders which clients leave out.</summary>
    public ReferenceIndex NotSynchronizedOn { get; } = new();

    /// <summary>Bytes that count against the quota.</summary>
    public long UsedBytes => FileBytes + Versions.Bytes;

    public FileNode? Find(string id) =>
        _byKey.GetAlternateLookup<FileKey>().TryGetValue(new FileKey(id), out var node) ? node : null;

    public FolderNode? FindFolder(string id) => Find(id) as FolderNode;

    /// <summary>The node at an absolute path; empty segments are skipped.</summary>
    public FileNode? FindByPath(string path)
    {
        var node = Find(WellKnownFiles.RootId);
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = (node as FolderNode)?.Child(segment);
            if (node is null)
                return null;
        }

        return node;
    }

    /// <summary>
    /// Adds a node. One whose parent is missing, or whose name another one has, can still be found by its id.
    /// </summary>
    public void Add(FileNode node, FolderNode? parent)
    {
        if (!_byKey.Add(node))
            return;
        FileBytes += node.Size;
        Link(node, parent);
    }

    /// <summary>Takes out a node that has nothing below it any more.</summary>
    public void Remove(FileNode node)
    {
        if (!_byKey.Remove(node))
            return;
        FileBytes -= node.Size;
        Versions.Forget(node);
        ReferencedBy.Forget(node);
        NotSynchronizedOn.Forget(node);
        node.Parent?.Remove(node);
    }

    public static void Move(FileNode node, FolderNode parent, string name)
    {
        node.Parent?.Remove(node);
        node.Name = name;
        Link(node, parent);
    }

    public void Resize(FileNode node, long size)
    {
        FileBytes += size - node.Size;
        node.Size = size;
    }

    /// <summary>The absolute path of a node; starts with <c>/</c>.</summary>
    public static string PathOf(FileNode node)
    {
        if (node.Parent is null)
            return node.Name.Length == 0 ? "/" : "/" + node.Name;

        var names = new List<string>();
        for (var at = node; at is not null && names.Count <= FileRules.MaximumDepth; at = at.Parent)
        {
            if (at.Name.Length > 0)
                names.Add(at.Name);
        }

        var path = new StringBuilder();
        for (var i = names.Count - 1; i >= 0; i--)
            path.Append('/').Append(names[i]);
        return path.ToString();
    }

    /// <summary>The path of a child of a folder.</summary>
    public static string PathOf(FolderNode parent, string name) =>
        PathOf(parent) is { Length: > 1 } path ? $"{path}/{name}" : $"/{name}";

    /// <summary>How many folders are above a node.</summary>
    public static int DepthOf(FileNode node) => Ancestors(node).Count();

    /// <summary>How many levels are below a node.</summary>
    public static int HeightOf(FileNode node)
    {
        var depth = DepthOf(node);
        return Below(node).OfType<FolderNode>().Select(folder => DepthOf(folder) - depth + 1).DefaultIfEmpty(0).Max();
    }

    /// <summary>The folders above a node, nearest first.</summary>
    public static IEnumerable<FolderNode> Ancestors(FileNode node)
    {
        var depth = 0;
        for (var at = node.Parent; at is not null && depth++ <= FileRules.MaximumDepth; at = at.Parent)
            yield return at;
    }

    /// <summary>Whether a node is the trash or in it.</summary>
    public static bool IsInTrash(FileNode node) =>
        IsTrash(node) || Ancestors(node).Any(IsTrash);

    public static bool IsTrash(FileNode node) => node.Key.Equals(FileKey.Trash);

    /// <summary>Whether a node is another one or below it.</summary>
    public static bool IsAtOrBelow(FileNode node, FileNode above) =>
        ReferenceEquals(node, above) || Ancestors(node).Any(folder => ReferenceEquals(folder, above));

    /// <summary>What is below a node, parents before children.</summary>
    public static IEnumerable<FileNode> Below(FileNode node)
    {
        if (node is not FolderNode folder)
            yield break;

        var waiting = new Stack<FolderNode>([folder]);
        while (waiting.TryPop(out var next))
        {
            foreach (var child in next.Children)
            {
                yield return child;
                if (child is FolderNode below)
                    waiting.Push(below);
            }
        }
    }

    private static void Link(FileNode node, FolderNode? parent)
    {
        node.Parent = parent;
        parent?.Add(node);
    }

    /// <summary>Finds nodes by their keys.</summary>
    private sealed class KeyComparer : IEqualityComparer<FileNode>, IAlternateEqualityComparer<FileKey, FileNode>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(FileNode? x, FileNode? y) => x!.Key.Equals(y!.Key);

        public int GetHashCode(FileNode obj) => obj.Key.GetHashCode();

        public bool Equals(FileKey alternate, FileNode other) => alternate.Equals(other.Key);

        public int GetHashCode(FileKey alternate) => alternate.GetHashCode();

        public FileNode Create(FileKey alternate) => throw new NotSupportedException();
    }
}
