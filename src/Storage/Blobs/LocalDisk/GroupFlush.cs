using Microsoft.Win32.SafeHandles;

namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>
/// Makes contents and their names durable. Those that wait at the same time go together: a content alone needs two flushes, its
/// own and its folder's; of many, one flush of the file system takes care of all. While it is under way the next ones gather.
/// </summary>
internal sealed class GroupFlush(DurableFolders folders, string root) : IThreadPoolWorkItem, IDisposable
{
    // Where a flush of the file system is known to be one of the disk. Elsewhere (FUSE, old kernels, other systems) it may be
    // less, or not tell of failures, and each content is flushed by itself.
    private static readonly string[] KnownFormats = ["ext4", "ext3", "xfs", "btrfs", "f2fs", "zfs"];
    private static readonly Version FirstThatTells = new(5, 8);

    private readonly Lock _lock = new();
    private List<Waiting> _waiting = [];
    private List<Waiting> _spare = [];
    private bool _working;
    private bool _isOpen;
    private SafeFileHandle? _fileSystem;

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
                && KnownFormats.Contains(new DriveInfo(root).DriveFormat, StringComparer.Ordinal) && !HasMounts())
            {
                _fileSystem = LibC.OpenDirectory(root);
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
        lock (_lock)
        {
            _waiting.Add(waiting);
            if (!_working)
            {
                _working = true;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }

        return waiting.Done.Task;
    }

    /// <summary>Flushes those that wait.</summary>
    public void Execute()
    {
        List<Waiting> group;
        lock (_lock)
            (group, _waiting) = (_waiting, _spare);
        var failure = Flush(group);
        foreach (var waiting in group)
        {
            if (failure is null)
                waiting.Done.SetResult();
            else
                waiting.Done.SetException(failure);
        }

        group.Clear();
        lock (_lock)
        {
            _spare = group;
            _working = _waiting.Count > 0;
            if (_working)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _fileSystem?.Dispose();

    // A folder that is another file system's is not flushed with this one.
    private bool HasMounts()
    {
        var below = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + Path.DirectorySeparatorChar;
        return DriveInfo.GetDrives().Any(drive => drive.Name.StartsWith(below, StringComparison.Ordinal));
    }

    private Exception? Flush(List<Waiting> group)
    {
        try
        {
            // One alone does not wait for what other programs have written.
            if (group is [var only])
            {
                FlushOne(only.File, only.Folder);
                return null;
            }

            LibC.SyncFileSystem(_fileSystem!, root);
            foreach (var waiting in group)
                folders.Synced(waiting.Folder);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void FlushOne(SafeFileHandle file, string folder)
    {
        RandomAccess.FlushToDisk(file);
        folders.Sync(folder);
    }

    private sealed class Waiting(SafeFileHandle file, string folder)
    {
        public SafeFileHandle File { get; } = file;

        public string Folder { get; } = folder;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
