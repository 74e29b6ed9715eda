namespace Cozy.Grains.Files;

/// <summary>What is remembered of one file or folder: enough to find it, list it and count its bytes.</summary>
internal class FileNode(FileKey key, string name, long size)
{
    public FileKey Key { get; } = key;

    public string Id => Key.ToString();

    /// <summary>The name; changed by the tree alone.</summary>
    public string Name { get; set; } = name;

    /// <summary>Bytes of the content; changed by the tree alone.</summary>
    public long Size { get; set; } = size;

    /// <summary>The folder it is in; null for the root, and for what nobody knows where it belongs.</summary>
    public FolderNode? Parent { get; set; }

    public bool IsDirectory => this is FolderNode;

    public FilePosition Position => new(IsDirectory, Name, Id);
}

/// <summary>A folder, with its children by name and, once they were listed, in order.</summary>
internal sealed class FolderNode(FileKey key, string name) : FileNode(key, name, size: 0)
{
    private HashSet<FileNode>? _children;
    private List<FileNode>? _sorted;

    public int Count => _children?.Count ?? 0;

    /// <summary>The children in no order.</summary>
    public IReadOnlyCollection<FileNode> Children => _children ?? (IReadOnlyCollection<FileNode>)[];

    /// <summary>The children in the order of listings.</summary>
    public List<FileNode> Sorted
    {
        get
        {
            if (_sorted is null)
            {
                _sorted = [.. Children];
                _sorted.Sort(ChildOrder.Compare);
            }

            return _sorted;
        }
    }

    public FileNode? Child(string name) =>
        _children is not null && _children.GetAlternateLookup<string>().TryGetValue(name, out var child) ? child : null;

    /// <summary>Adds a child; false when its name is taken.</summary>
    public bool Add(FileNode child)
    {
        _children ??= new(NameComparer.Instance);
        if (!_children.Add(child))
            return false;
        if (_sorted is not null)
            _sorted.Insert(~_sorted.BinarySearch(child, ChildOrder.Instance), child);
        return true;
    }

    /// <summary>Removes a child, if it is the one that has its name.</summary>
    public void Remove(FileNode child)
    {
        if (!ReferenceEquals(Child(child.Name), child))
            return;
        _children!.Remove(child);
        if (_sorted is null)
            return;
        if (_sorted.BinarySearch(child, ChildOrder.Instance) is >= 0 and var at)
            _sorted.RemoveAt(at);
        else
            _sorted = null;
    }

    /// <summary>The index in <see cref="Sorted"/> of the first child at a place or behind it.</summary>
    public int IndexOf(FilePosition position)
    {
        int low = 0, high = Sorted.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ChildOrder.Compare(Sorted[middle], position) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>Finds children by their names, without a copy of each name.</summary>
    private sealed class NameComparer : IEqualityComparer<FileNode>, IAlternateEqualityComparer<string, FileNode>
    {
        public static readonly NameComparer Instance = new();

        public bool Equals(FileNode? x, FileNode? y) => x!.Name == y!.Name;

        public int GetHashCode(FileNode obj) => obj.Name.GetHashCode(StringComparison.Ordinal);

        public bool Equals(string alternate, FileNode other) => alternate == other.Name;

        public int GetHashCode(string alternate) => alternate.GetHashCode(StringComparison.Ordinal);

        public FileNode Create(string alternate) => throw new NotSupportedException();
    }
}
