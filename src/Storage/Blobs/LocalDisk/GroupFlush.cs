using Microsoft.Win32.SafeHandles;

namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>
/// Makes contents and their names durable. Those that wait at the same time go together: a content alone needs two flushes, its
/// own and its folder's; of many, one flush of the file system takes care of all. While it is under way the next ones gather.
/// </summary>
internal sealed class GroupFlush : IDisposable
{
    // Where a flush of the file system is known to be one of the disk. Elsewhere (FUSE, old kernels, other systems) it may be
    // less, or not tell of failures, and each content is flushed by itself.
    private static readonly string[] KnownFormats = ["ext4", "ext3", "xfs", "btrfs", "f2fs", "zfs"];
    private static readonly Version FirstThatTells = new(5, 8);

    private readonly Lock _lock = new();
    private readonly DurableFolders _folders;
    private readonly string _root;
    private readonly DiskBatch<Waiting> _batch;
    private bool _isOpen;
    private SafeFileHandle? _fileSystem;

    public GroupFlush(DurableFolders folders, string root)
    {
        (_folders, _root) = (folders, root);
        _batch = new(Flush, static group =>
        {
            foreach (var waiting in group)
                waiting.Tell();
        });
    }

    /// <summary>
    /// Has to be called before anything is written that is to be flushed: the kernel tells of failures since then.
    /// </summary>
    public void Open()
    {
        lock (_lock)
        {
            if (_isOpen)
                return;
            if (OperatingSystem.IsLinux() && Environment.OSVersion.Version >= FirstThatTells
                && KnownFormats.Contains(new DriveInfo(_root).DriveFormat, StringComparer.Ordinal) && !HasMounts())
            {
                _fileSystem = LibC.OpenDirectory(_root);
            }

            _isOpen = true;
        }
    }

    /// <summary>Returns once a content and its name in a folder are on the disk.</summary>
    /// <param name="file">The content; stays open until then.</param>
    /// <param name="folder">Where its name is.</param>
    public Task FlushAsync(SafeFileHandle file, string folder)
    {
        if (_fileSystem is null)
            return Task.Run(() => FlushOne(file, folder));

        var waiting = new Waiting(file, folder);
        _batch.Add(waiting);
        return waiting.Done;
    }

    /// <inheritdoc/>
    public void Dispose() => _fileSystem?.Dispose();

    // A folder that is another file system's is not flushed with this one.
    private bool HasMounts()
    {
        var below = Path.TrimEndingDirectorySeparator(Path.GetFullPath(_root)) + Path.DirectorySeparatorChar;
        return DriveInfo.GetDrives().Any(drive => drive.Name.StartsWith(below, StringComparison.Ordinal));
    }

    private void Flush(List<Waiting> group)
    {
        try
        {
            // One alone does not wait for what other programs have written.
            if (group is [var only])
            {
                FlushOne(only.File, only.Folder);
                return;
            }

            LibC.SyncFileSystem(_fileSystem!, _root);
            foreach (var waiting in group)
                _folders.Synced(waiting.Folder);
        }
        catch (Exception e)
        {
            foreach (var waiting in group)
                waiting.Failure = e;
        }
    }

    private void FlushOne(SafeFileHandle file, string folder)
    {
        RandomAccess.FlushToDisk(file);
        _folders.Sync(folder);
    }

    private sealed class Waiting(SafeFileHandle file, string folder)
    {
        // Who waits goes on in the thread that tells: what follows a flush is short, and another thread would have to be woken.
        private readonly TaskCompletionSource _done = new();

        public SafeFileHandle File { get; } = file;

        public string Folder { get; } = folder;

        public Exception? Failure { get; set; }

        public Task Done => _done.Task;

        public void Tell()
        {
            if (Failure is null)
                _done.SetResult();
            else
                _done.SetException(Failure);
        }
    }
}
