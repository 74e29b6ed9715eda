using System.Text;

namespace Cozy.Grains.Files;

/// <summary>The tree of one instance in memory. Only for use on the grain's turns.</summary>
internal sealed class FileTree
{
    private readonly Dictionary<string, FileNode> _byId = new(StringComparer.Ordinal);

    /// <summary>Bytes of all files.</summary>
    public long UsedBytes { get; private set; }

    public FileNode? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The node at an absolute path; empty segments are skipped.</summary>
    public FileNode? FindByPath(string path)
    {
        var node = Find(WellKnownFiles.RootId);
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (node?.Children is null || !node.Children.TryGetValue(segment, out node))
                return null;
        }

        return node;
    }

    /// <summary>
    /// Adds nodes read from the store. A node whose parent is missing, or whose name an earlier one has, can still be
    /// found by its id.
    /// </summary>
    public void Load(IEnumerable<FileNode> nodes)
    {
        foreach (var node in nodes)
            _byId[node.Id] = node;
        foreach (var node in _byId.Values)
            Link(node);
    }

    public void Add(FileNode node)
    {
        _byId[node.Id] = node;
        Link(node);
    }

    /// <summary>The absolute path of a node; starts with <c>/</c>.</summary>
    public string PathOf(FileNode node)
    {
        if (node.Id == WellKnownFiles.RootId)
            return "/";

        var names = new List<string>();
        for (FileNode? at = node; at is not null && at.Id != WellKnownFiles.RootId; at = Find(at.ParentId))
        {
            names.Add(at.Name);
            if (names.Count > FileRules.MaximumDepth)
                break;
        }

        var path = new StringBuilder();
        for (var i = names.Count - 1; i >= 0; i--)
            path.Append('/').Append(names[i]);
        return path.ToString();
    }

    /// <summary>How many folders are above a node.</summary>
    public int DepthOf(FileNode node)
    {
        var depth = 0;
        for (FileNode? at = node; at is not null && at.Id != WellKnownFiles.RootId; at = Find(at.ParentId))
        {
            if (++depth > FileRules.MaximumDepth)
                break;
        }

        return depth;
    }

    /// <summary>Whether a node is the trash or in it.</summary>
    public bool IsInTrash(FileNode node)
    {
        var depth = 0;
        for (FileNode? at = node; at is not null && depth <= FileRules.MaximumDepth; at = Find(at.ParentId), depth++)
        {
            if (at.Id == WellKnownFiles.TrashId)
                return true;
        }

        return false;
    }

    private void Link(FileNode node)
    {
        UsedBytes += node.Size;
        if (node.Id != WellKnownFiles.RootId
            && Find(node.ParentId) is { Children: { } siblings } parent
            && !siblings.ContainsKey(node.Name))
        {
            parent.Add(node);
        }
    }
}
