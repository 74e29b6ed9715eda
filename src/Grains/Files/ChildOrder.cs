using System.Globalization;

namespace Cozy.Grains.Files;

/// <summary>The order of a folder's children: folders first, then by name as people sort, then by id.</summary>
internal sealed class ChildOrder : IComparer<FileNode>
{
    public static readonly ChildOrder Instance = new();

    private static readonly CompareInfo Names = CultureInfo.InvariantCulture.CompareInfo;

    int IComparer<FileNode>.Compare(FileNode? x, FileNode? y) => Compare(x!, y!);

    public static int Compare(FileNode left, FileNode right)
    {
        if (left.IsDirectory != right.IsDirectory)
            return left.IsDirectory ? -1 : 1;
        var byName = Names.Compare(left.Name, right.Name);
        return byName != 0 ? byName : string.CompareOrdinal(left.Id, right.Id);
    }

    public static int Compare(FileNode node, FilePosition position)
    {
        if (node.IsDirectory != position.IsDirectory)
            return node.IsDirectory ? -1 : 1;
        var byName = Names.Compare(node.Name, position.Name);
        return byName != 0 ? byName : string.CompareOrdinal(node.Id, position.Id);
    }
}
