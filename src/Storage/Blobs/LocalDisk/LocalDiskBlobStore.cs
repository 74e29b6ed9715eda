using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>Contents as files in a folder: <c>&lt;instance&gt;/content/&lt;aa&gt;/&lt;file&gt;~&lt;version&gt;</c>.</summary>
/// <remarks>
/// A running upload keeps its <see cref="IBlobUpload"/> undisposed until it has confirmed: that is what keeps it out of
/// <see cref="ListPendingAsync"/>, also of another process. No symbolic link below the folder is followed.
/// </remarks>
public sealed class LocalDiskBlobStore : IBlobStore
{
    private readonly BlobPaths _paths;
    private readonly DurableFolders _folders;
    private readonly GroupFlush _flush;
    private readonly PendingUploads _pending;
    private readonly GroupDelete _ended = new();
    private readonly bool _verifyMd5;
    private readonly ConcurrentDictionary<BlobKey, LocalDiskUpload?> _running = new();
    private readonly ConcurrentDictionary<string, Lazy<Task>> _opened = new(StringComparer.Ordinal);

    /// <summary>Opens the store; the folder is created at first use.</summary>
    public LocalDiskBlobStore(LocalDiskOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Directory);
        _paths = new BlobPaths(options.Directory);
        _folders = new DurableFolders(_paths.Root);
        _flush = new GroupFlush(_folders, _paths.Root);
        _pending = new PendingUploads(_paths, _running.ContainsKey);
        _verifyMd5 = options.VerifyMd5;
        Thumbnails = new LocalDiskThumbnails(_paths);
    }

    /// <inheritdoc/>
    public IThumbnailStore Thumbnails { get; }

    /// <inheritdoc/>
    public Task PingAsync(CancellationToken cancellationToken = default) => DiskErrors.OnDiskAsync(
        () =>
        {
            _folders.Create(_paths.Root);
            var probe = Path.Combine(_paths.Root, $".ping-{Guid.NewGuid():n}");
            using var file = new FileStream(
                probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IBlobUpload> BeginUploadAsync(
        BlobKey key, long? length, CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(key);
        if (!_running.TryAdd(key, null))
            throw new InvalidOperationException("This content is being uploaded already.");
        try
        {
            return _running[key] = await CreateUploadAsync(key, length, cancellationToken);
        }
        catch (Exception e)
        {
            _running.TryRemove(key, out _);
            if (DiskErrors.IsDisk(e))
                throw DiskErrors.Translate(e);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task ConfirmAsync(BlobKey key, CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(key);

        // A power cut may bring the names back, and then they are confirmed again. Not on the caller's thread: while the
        // file system writes its journal an unlink waits for it, and the caller is a grain that all uploads go through.
        if (_running.TryGetValue(key, out var upload) && upload?.PendingName is { } name)
            return _ended.DeleteAsync(name);
        return DiskErrors.OnDiskAsync(
            () =>
            {
                if (Directory.Exists(_paths.Uploads(key.Instance)) && File.Exists(_paths.Content(key)))
                    EndPending(key);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BlobKey>> ListPendingAsync(
        string instance, CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(instance, nameof(instance));
        List<BlobKey> pending = [];
        await DiskErrors.OnDiskAsync(() => pending = _pending.Sweep(instance), cancellationToken);
        return pending;
    }

    /// <inheritdoc/>
    public Task<BlobContent?> OpenAsync(
        BlobKey key, BlobRange? range = null, CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(key);
        try
        {
            var file = new FileInfo(_paths.Content(key));
            if (!file.Exists || HasLink(file))
                return Task.FromResult<BlobContent?>(null);
            if (range is { } r && (r.Offset < 0 || r.Length < 0 || r.Offset > file.Length - r.Length))
                throw new ArgumentOutOfRangeException(nameof(range), "The range is not inside the content.");
            return Task.FromResult<BlobContent?>(
                new BlobContent(null, file.FullName, file.Length) { RelativePath = _paths.BelowRoot(file.FullName) });
        }
        catch (Exception e) when (DiskErrors.IsDisk(e))
        {
            return Task.FromException<BlobContent?>(DiskErrors.Translate(e));
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(IReadOnlyCollection<BlobKey> keys, CancellationToken cancellationToken = default)
    {
        foreach (var key in keys)
            BlobNames.Checked(key);
        return DiskErrors.OnDiskAsync(
            () =>
            {
                var folders = new HashSet<string>(StringComparer.Ordinal);
                foreach (var key in keys)
                {
                    var content = _paths.Content(key);
                    var folder = Path.GetDirectoryName(content)!;
                    if (!Directory.Exists(folder))
                        continue;
                    File.Delete(content);
                    EndPending(key);
                    folders.Add(folder);
                }

                // The metadata is gone by now: a content that came back would never be removed.
                foreach (var folder in folders)
                    _folders.Sync(folder);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobListing> ListAsync(
        string instance, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(instance, nameof(instance));
        foreach (var depth in (int[])[1, 2])
        {
            await foreach (var folder in DiskErrors.FoldersAsync(_paths.Contents(instance), depth, cancellationToken))
            {
                List<BlobListing> found = [];
                await DiskErrors.OnDiskAsync(() => found = ListFolder(instance, folder), cancellationToken);
                foreach (var listing in found)
                    yield return listing;
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteInstanceAsync(string instance, CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(instance, nameof(instance));
        return DiskErrors.OnDiskAsync(
            () =>
            {
                _opened.TryRemove(instance, out _);
                if (!Directory.Exists(_paths.Instance(instance)))
                    return;
                Directory.Delete(_paths.Instance(instance), recursive: true);
                _folders.Sync(_paths.Root);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _flush.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<LocalDiskUpload> CreateUploadAsync(BlobKey key, long? length, CancellationToken cancellationToken)
    {
        await OpenInstanceAsync(key.Instance).WaitAsync(cancellationToken);
        var content = _paths.NewContent(key, out var older);
        if (older is not null)
            throw new InvalidOperationException("This content exists already.");
        try
        {
            return NewUpload();
        }
        catch (DirectoryNotFoundException)
        {
            // Another process has deleted the instance, and it may have been created anew.
            _opened.TryRemove(key.Instance, out _);
            await OpenInstanceAsync(key.Instance).WaitAsync(cancellationToken);
            return NewUpload();
        }

        LocalDiskUpload NewUpload() =>
            new(_paths, _folders, _flush, key, content, length, _verifyMd5, () => _running.TryRemove(key, out _));
    }

    /// <summary>Creates an instance's folders and sweeps what dead processes left, once per process.</summary>
    private async Task OpenInstanceAsync(string instance)
    {
        var opening = _opened.GetOrAdd(instance, static (name, store) => new Lazy<Task>(() => DiskErrors.OnDiskAsync(
            () =>
            {
                var folder = new DirectoryInfo(store._paths.Instance(name));
                if (folder.LinkTarget is not null)
                    throw new IOException($"'{folder.FullName}' is a symbolic link.");
                store._folders.Create(store._paths.Uploads(name));
                store._flush.Open();
                store._pending.Sweep(name);
            },
            CancellationToken.None)), this);
        try
        {
            await opening.Value;
        }
        catch
        {
            _opened.TryRemove(KeyValuePair.Create(instance, opening));
            throw;
        }
    }

    private List<BlobListing> ListFolder(string instance, string folder)
    {
        List<BlobListing> found = [];
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            // A link is none of ours, and is not followed.
            if (file.LinkTarget is null && BlobPaths.KeyOf(instance, file.Name) is { } key)
            {
                var isPending = File.Exists(_paths.Upload(key)) || File.Exists(_paths.Marker(key)) || _running.ContainsKey(key);
                if (LengthOf(file) is { } length)
                    found.Add(new BlobListing(key, length, null, isPending));
            }
        }

        return found;
    }

    /// <summary>Its length; null when it was deleted meanwhile.</summary>
    private static long? LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private void EndPending(BlobKey key)
    {
        File.Delete(_paths.Upload(key));
        File.Delete(_paths.Marker(key));
    }

    /// <summary>Whether the file or a folder between it and the root is a symbolic link.</summary>
    private bool HasLink(FileInfo file)
    {
        for (FileSystemInfo? at = file; at!.FullName.Length > _paths.Root.Length; at = Directory.GetParent(at.FullName))
        {
            if (at.Attributes.HasFlag(FileAttributes.ReparsePoint))
                return true;
        }

        return false;
    }
}
