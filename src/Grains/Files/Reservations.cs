namespace Cozy.Grains.Files;

/// <summary>
/// What writes in flight are about to take: names in folders, and bytes of the quota. It outlives the tree in memory,
/// which may be read again while a write is in flight. Only for use on the grain's turns.
/// </summary>
internal sealed class Reservations
{
    private readonly HashSet<(string ParentId, string Name)> _names = [];
    private long _bytes;

    /// <summary>Takes a name until it is released; false when a file or another write has it.</summary>
    public bool TryTakeName(FileNode parent, string name) =>
        !parent.Children!.ContainsKey(name) && _names.Add((parent.Id, name));

    public void ReleaseName(FileNode parent, string name) => _names.Remove((parent.Id, name));

    /// <summary>Takes bytes until they are released; false when that would exceed the quota (0 for none).</summary>
    public bool TryTakeBytes(FileTree tree, long bytes, long quota)
    {
        if (quota > 0 && tree.UsedBytes + _bytes + bytes > quota)
            return false;
        _bytes += bytes;
        return true;
    }

    public void ReleaseBytes(long bytes) => _bytes -= bytes;
}
