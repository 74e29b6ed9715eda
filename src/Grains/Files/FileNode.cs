namespace Cozy.Grains.Files;

/// <summary>What is remembered of one file or folder: enough to find it, list it and count its bytes.</summary>
internal sealed class FileNode(string id, string parentId, string name, bool isDirectory)
{
    private FileNode[]? _sorted;

    public string Id { get; } = id;

    public string ParentId { get; } = parentId;

    public string Name { get; } = name;

    public bool IsDirectory { get; } = isDirectory;

    /// <summary>Bytes of the content.</summary>
    public long Size { get; init; }

    /// <summary>Which content it has (<c>internal_vfs_id</c>); null for a folder.</summary>
    public string? VersionId { get; init; }

    /// <summary>The children by name; null for a file.</summary>
    public Dictionary<string, FileNode>? Children { get; } = isDirectory ? new(StringComparer.Ordinal) : null;

    /// <summary>The children in the order of listings: folders first, then by name.</summary>
    public IReadOnlyList<FileNode> SortedChildren => _sorted ??=
    [
        .. Children!.Values
            .OrderBy(child => !child.IsDirectory)
            .ThenBy(child => child.Name, StringComparer.Ordinal),
    ];

    public void Add(FileNode child)
    {
        Children![child.Name] = child;
        _sorted = null;
    }
}
