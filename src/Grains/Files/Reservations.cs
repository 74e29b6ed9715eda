namespace Cozy.Grains.Files;

/// <summary>
/// What writes in flight are about to take: names in folders, and bytes of the quota. It outlives the tree in memory,
/// which may be read again while a write is in flight. Only for use on the grain's turns.
/// </summary>
internal sealed class Reservations
{
    private readonly HashSet<(FileKey Parent, string Name)> _names = [];

    /// <summary>Bytes of contents whose documents are being written.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether a file or a write in flight has a name.</summary>
    public bool IsTaken(FolderNode parent, string name) =>
        parent.Child(name) is not null || _names.Contains((parent.Key, name));

    /// <summary>Takes a name until it is disposed.</summary>
    /// <param name="parent">The folder.</param>
    /// <param name="name">The name.</param>
    /// <param name="owner">What may have the name already, because it is its own.</param>
    /// <exception cref="Errors.CozyException">Conflict: a file or another write has it.</exception>
    public NameHolder TakeName(FolderNode parent, string name, FileNode? owner = null)
    {
        if (parent.Child(name) is { } other && !ReferenceEquals(other, owner))
            throw FileRules.NameTaken();
        return _names.Add((parent.Key, name)) ? new NameHolder(this, (parent.Key, name)) : throw FileRules.NameTaken();
    }

    /// <summary>Takes bytes until it is disposed.</summary>
    /// <exception cref="Errors.CozyException">TooLarge: over the quota (0 for none).</exception>
    public ByteHolder TakeBytes(FileTree tree, long bytes, long quota)
    {
        if (quota > 0 && tree.UsedBytes + Bytes + bytes > quota)
            throw FileRules.OverQuota();
        Bytes += bytes;
        return new ByteHolder(this, bytes);
    }

    /// <summary>Gives the name back.</summary>
    public readonly struct NameHolder(Reservations owner, (FileKey, string) name) : IDisposable
    {
        public void Dispose() => owner._names.Remove(name);
    }

    /// <summary>Gives the bytes back.</summary>
    public readonly struct ByteHolder(Reservations owner, long bytes) : IDisposable
    {
        public void Dispose() => owner.Bytes -= bytes;
    }
}
