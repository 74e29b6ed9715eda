using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>
/// A content being written to the uploads folder. The open file holds a shared lock, which the kernel drops when the
/// process dies: that is how others know whether somebody still answers for it.
/// </summary>
internal sealed class LocalDiskUpload : IBlobUpload
{
    private readonly BlobPaths _paths;
    private readonly DurableFolders _folders;
    private readonly GroupFlush _flush;
    private readonly BlobKey _key;
    private readonly string _content;
    private readonly SafeFileHandle _file;
    private readonly WriteBehindFile _writer;
    private readonly IncrementalHash? _md5;
    private readonly Action _ended;
    private readonly long? _preallocated;
    private SafeFileHandle? _marker;
    private State _state;
    private bool _disposed;

    public LocalDiskUpload(
        BlobPaths paths, DurableFolders folders, GroupFlush flush, BlobKey key, string content, long? length, bool verifyMd5, Action ended)
    {
        (_paths, _folders, _flush, _key, _content, _ended) = (paths, folders, flush, key, content, ended);
        _preallocated = length > WriteBehindFile.BufferBytes ? length : null;
        _file = Create(paths.Upload(key));
        try
        {
            if (_preallocated is { } size)
                LibC.Preallocate(_file, paths.Upload(key), size);
        }
        catch
        {
            DeleteQuietly(paths.Upload(key));
            _file.Dispose();
            throw;
        }

        _writer = new WriteBehindFile(_file, length);
        _md5 = verifyMd5 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
    }

    private enum State
    {
        Writing,
        Failed,
        Published,
    }

    /// <summary>What says that the content is pending; null while it is not complete.</summary>
    public string? PendingName => _state != State.Published ? null : _marker is null ? _paths.Upload(_key) : _paths.Marker(_key);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        ThrowUnlessWriting();
        try
        {
            _md5?.AppendData(bytes.Span);
            await _writer.WriteAsync(bytes, cancellationToken);
        }
        catch (Exception e)
        {
            // Some of the bytes may be in the file: nothing more may follow them.
            _state = State.Failed;
            if (DiskErrors.IsDisk(e))
                throw DiskErrors.Translate(e);
            throw;
        }
    }

    public async Task CompleteAsync(BlobDigest digest, CancellationToken cancellationToken = default)
    {
        ThrowUnlessWriting();
        _state = State.Failed;
        Verify(digest);
        try
        {
            await _writer.FlushAsync(cancellationToken);
            await PublishAsync();
        }
        catch (Exception e) when (DiskErrors.IsDisk(e))
        {
            throw DiskErrors.Translate(e);
        }

        _state = State.Published;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _writer.DisposeAsync();
        if (_state != State.Published)
        {
            // While the lock is held, so that nobody takes what is being removed for pending.
            DeleteQuietly(_paths.Upload(_key));
            DeleteQuietly(_paths.Marker(_key));
        }

        _file.Dispose();
        _marker?.Dispose();
        _md5?.Dispose();
        _ended();
    }

    private void Verify(BlobDigest digest)
    {
        if (_writer.Length != digest.Length)
            throw new BlobStoreException(
                BlobError.Mismatch, $"{_writer.Length} bytes arrived, {digest.Length} were sent.");
        if (_md5 is not null && !digest.Md5.Span.SequenceEqual(_md5.GetHashAndReset()))
            throw new BlobStoreException(BlobError.Mismatch, "The MD5 of what arrived is not that of what was sent.");
    }

    /// <summary>
    /// 1. gives the file its final name, beside the one in the uploads folder, which now means "pending";
    /// 2. flushes the file and the folder. A crash before the end leaves a pending content nobody refers to, which is what
    /// pending is for.
    /// </summary>
    private async Task PublishAsync()
    {
        if (_preallocated is { } size && size != _writer.Length)
            RandomAccess.SetLength(_file, _writer.Length);
        var folder = Path.GetDirectoryName(_content)!;
        try
        {
            GiveFinalName(_content, folder);
            await _flush.FlushAsync(_file, folder);
        }
        catch (Exception e) when (DiskErrors.IsDisk(e))
        {
            DeleteQuietly(_content);
            throw;
        }
    }

    private void GiveFinalName(string content, string folder)
    {
        var result = LibC.Link(_paths.Upload(_key), content);
        if (result == LibC.LinkResult.FolderMissing)
        {
            _folders.Create(folder);
            result = LibC.Link(_paths.Upload(_key), content);
        }

        if (result == LibC.LinkResult.NameTaken || (result == LibC.LinkResult.Unsupported && File.Exists(content)))
            throw new InvalidOperationException("This content exists already.");
        if (result == LibC.LinkResult.Linked)
            return;

        // No hard links here: an empty file says "pending" in place of the second name.
        _folders.Create(folder);
        _marker = Create(_paths.Marker(_key));
        File.Move(_paths.Upload(_key), content, overwrite: false);
    }

    private static SafeFileHandle Create(string path) => File.OpenHandle(
        path,
        FileMode.CreateNew,
        FileAccess.Write,
        FileShare.ReadWrite | FileShare.Delete,
        FileOptions.Asynchronous);

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (DiskErrors.IsDisk(e))
        {
            // What stays is swept at the next start.
        }
    }

    private void ThrowUnlessWriting()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_state != State.Writing)
            throw new InvalidOperationException("The upload has ended.");
    }
}
