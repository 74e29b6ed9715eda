using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>
/// A content being sent to Swift: as one object when it is known to fit, else as segments that a manifest, written
/// last, turns into one. The mark that makes it pending is durable before it can be read.
/// </summary>
internal sealed class SwiftUpload : IBlobUpload
{
    private const int MaxSegments = 1000;

    private readonly SwiftContainers _containers;
    private readonly SwiftDeletion _deletion;
    private readonly SwiftOptions _options;
    private readonly TimeProvider _time;
    private readonly BlobKey _key;
    private readonly long? _length;
    private readonly bool _segmented;
    private readonly Task _mark;
    private readonly IncrementalHash? _contentMd5;
    private readonly IncrementalHash? _segmentMd5;
    private readonly List<SwiftSegment> _segments = [];
    private SwiftPut? _put;
    private long _marked;
    private long _written;
    private State _state;
    private bool _disposed;

    public SwiftUpload(
        SwiftContainers containers,
        SwiftDeletion deletion,
        SwiftOptions options,
        TimeProvider time,
        BlobKey key,
        long? length)
    {
        (_containers, _deletion, _options) = (containers, deletion, options);
        (_time, _key, _length) = (time, key, length);
        if (length > options.SegmentBytes * MaxSegments)
            throw TooLarge();
        _segmented = length is null || length > options.SegmentBytes;
        if (_segmented)
        {
            // A manifest's own check covers the segments; the content's MD5 is for us to compare.
            _contentMd5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            _segmentMd5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        }

        _marked = time.GetTimestamp();
        _mark = containers.MarkPendingAsync(key, CancellationToken.None);
    }

    private enum State
    {
        Writing,
        Failed,
        Complete,
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        ThrowUnlessWriting();
        if (_written + bytes.Length > _length)
        {
            _state = State.Failed;
            throw new BlobStoreException(BlobError.Mismatch, $"More than the {_length} bytes that were announced.");
        }

        _state = State.Failed;
        _written += bytes.Length;
        _contentMd5?.AppendData(bytes.Span);
        while (!bytes.IsEmpty)
        {
            _put ??= StartPut();
            var count = _segmented ? (int)Math.Min(bytes.Length, _options.SegmentBytes - _put.Length) : bytes.Length;
            _segmentMd5?.AppendData(bytes.Span[..count]);
            await _put.WriteAsync(bytes[..count], cancellationToken);
            bytes = bytes[count..];
            if (_segmented && _put.Length == _options.SegmentBytes)
                await FinishSegmentAsync(_put, cancellationToken);
        }

        _state = State.Writing;
    }

    public async Task CompleteAsync(BlobDigest digest, CancellationToken cancellationToken = default)
    {
        ThrowUnlessWriting();
        _state = State.Failed;
        if (_written != digest.Length || (_length is { } length && length != _written))
            throw new BlobStoreException(BlobError.Mismatch, $"{_written} bytes arrived, {digest.Length} were sent.");
        await _mark.WaitAsync(cancellationToken);
        await RenewMarkAsync(cancellationToken);
        if (_segmented && _written > 0)
            await CompleteSegmentsAsync(digest, cancellationToken);
        else
            await CompleteObjectAsync(digest, cancellationToken);
        _state = State.Complete;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_put is not null)
            await _put.DisposeAsync();
        await _mark.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _contentMd5?.Dispose();
        _segmentMd5?.Dispose();
        if (_state != State.Complete)
            await RemoveQuietlyAsync();
    }

    private async Task CompleteObjectAsync(BlobDigest digest, CancellationToken cancellationToken)
    {
        _put ??= StartPut();
        var md5 = await _put.FinishAsync(cancellationToken);
        if (md5 != Convert.ToHexStringLower(digest.Md5.Span))
            throw WrongMd5();
    }

    private async Task CompleteSegmentsAsync(BlobDigest digest, CancellationToken cancellationToken)
    {
        if (_put is not null)
            await FinishSegmentAsync(_put, cancellationToken);
        Debug.Assert(_contentMd5 is not null);
        if (!digest.Md5.Span.SequenceEqual(_contentMd5.GetHashAndReset()))
            throw WrongMd5();
        await _containers.PutManifestAsync(_key, _segments, cancellationToken);
    }

    private SwiftPut StartPut()
    {
        if (_segments.Count == MaxSegments)
            throw TooLarge();
        // No bytes make no segment: an empty content is an object in any case.
        var path = _segmented && _written > 0
            ? SwiftContainers.SegmentPath(_key, _segments.Count)
            : SwiftContainers.ContentPath(_key);
        return new SwiftPut(
            _containers.Client, path, () => _containers.CreateAsync(_key.Instance, CancellationToken.None));
    }

    private async Task FinishSegmentAsync(SwiftPut put, CancellationToken cancellationToken)
    {
        var md5 = await put.FinishAsync(cancellationToken);
        if (md5 != Convert.ToHexStringLower(_segmentMd5!.GetHashAndReset()))
            throw WrongMd5();
        _segments.Add(new SwiftSegment("/" + SwiftContainers.SegmentPath(_key, _segments.Count), md5, put.Length));
        _put = null;
        await put.DisposeAsync();
        await RenewMarkAsync(cancellationToken);
    }

    /// <summary>A slow upload would be taken for abandoned, and its segments for rubbish: its time starts anew now and then.</summary>
    private async Task RenewMarkAsync(CancellationToken cancellationToken)
    {
        if (_time.GetElapsedTime(_marked) < _options.UploadExpiry / 4)
            return;
        await _mark.WaitAsync(cancellationToken);
        await _containers.MarkPendingAsync(_key, cancellationToken);
        _marked = _time.GetTimestamp();
    }

    /// <summary>What cannot be removed now stays marked as pending, and is found by the mark.</summary>
    private async Task RemoveQuietlyAsync()
    {
        // Another upload's content has the name: nothing of it is ours to remove.
        if (_put is { NameTaken: true })
            return;
        using var timeout = new CancellationTokenSource(_options.RequestTimeout);
        try
        {
            await _deletion.DeleteOneAsync(_key, timeout.Token);
        }
        catch (Exception e) when (e is BlobStoreException or OperationCanceledException)
        {
            // See above.
        }
    }

    private static BlobStoreException WrongMd5() =>
        new(BlobError.Mismatch, "The MD5 of what Swift stored is not that of what was sent.");

    private BlobStoreException TooLarge() => new(
        BlobError.TooLarge,
        string.Create(CultureInfo.InvariantCulture, $"More than {MaxSegments} segments of {_options.SegmentBytes} bytes."));

    private void ThrowUnlessWriting()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_state != State.Writing)
            throw new InvalidOperationException("The upload has ended.");
    }
}
