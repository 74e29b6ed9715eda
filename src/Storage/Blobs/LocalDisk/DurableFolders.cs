using System.Collections.Concurrent;

namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>
/// Creates folders whose names survive a power cut once <see cref="Sync"/> returned, at the price of one flush in the
/// usual case, that the folder is not new. Several uploads may create and sync the same folders at once.
/// </summary>
internal sealed class DurableFolders(string root)
{
    // Folders that may not be durable yet in their parents. Noted before they are created, so that whoever finds such
    // a folder in place also finds the note, or it is durable already.
    private readonly ConcurrentDictionary<string, bool> _new = new(StringComparer.Ordinal);

    /// <summary>Creates a folder below the root and what is missing above it.</summary>
    public void Create(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (folder.Length > root.Length)
        {
            Create(Path.GetDirectoryName(folder)!);
            _new.TryAdd(folder, true);
        }

        Directory.CreateDirectory(folder);
    }

    /// <summary>Makes durable the names in a folder, and the folder's own name and its parents' where they are new.</summary>
    public void Sync(string folder)
    {
        LibC.SyncDirectory(folder);
        for (var child = folder; child.Length > root.Length; child = Path.GetDirectoryName(child)!)
        {
            if (!_new.ContainsKey(child))
                continue;
            LibC.SyncDirectory(Path.GetDirectoryName(child)!);
            _new.TryRemove(child, out _);
        }
    }

    /// <summary>All that was written is durable: also the name of a folder that was there by then, and those of its parents.</summary>
    public void Synced(string folder)
    {
        for (var child = folder; child.Length > root.Length && !_new.IsEmpty; child = Path.GetDirectoryName(child)!)
            _new.TryRemove(child, out _);
    }
}
