using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>
/// Appends to a file with one buffer being filled while the other one is written, so that the disk works while the
/// caller receives and hashes. Holds at most two buffers of <see cref="BufferBytes"/>; what is longer than one is written as it
/// is, without a copy, while the caller waits. One caller at a time.
/// </summary>
internal sealed class WriteBehindFile(SafeFileHandle file, long? expectedLength) : IAsyncDisposable
{
    /// <summary>Large enough that a write costs more than handing it to another thread.</summary>
    public const int BufferBytes = 128 * 1024;

    // Writeback that starts early leaves the final flush little to do: a 10 MiB file is durable in two thirds of the time.
    private const int WritebackStep = 1024 * 1024;

    private readonly int _bufferBytes = (int)Math.Clamp(expectedLength ?? BufferBytes, 512, BufferBytes);
    private byte[]? _filling;
    private byte[]? _spare;
    private int _filled;
    private long _handedOut;
    private long _writebackFrom;
    private Task _writing = Task.CompletedTask;

    /// <summary>How many bytes were appended.</summary>
    public long Length => _handedOut + _filled;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length > BufferBytes && _filled == 0)
        {
            await _writing.WaitAsync(cancellationToken);
            var offset = _handedOut;
            _handedOut += bytes.Length;
            await WriteOutAsync(bytes, offset);
            return;
        }

        while (!bytes.IsEmpty)
        {
            _filling ??= ArrayPool<byte>.Shared.Rent(_bufferBytes);

            // Not before more comes: what fits into one buffer is written at the end, without another thread.
            if (_filled == _filling.Length)
            {
                await HandOutAsync(cancellationToken);
                continue;
            }

            var count = Math.Min(bytes.Length, _filling.Length - _filled);
            bytes[..count].CopyTo(_filling.AsMemory(_filled));
            bytes = bytes[count..];
            _filled += count;
        }
    }

    /// <summary>Returns once everything appended is in the file (not yet on the disk).</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        if (_filled > 0)
            RandomAccess.Write(file, _filling.AsSpan(0, _filled), _handedOut);
        _handedOut += _filled;
        _filled = 0;
    }

    /// <summary>Waits for the write under way, whatever becomes of it, and gives the buffers back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_filling is not null)
            ArrayPool<byte>.Shared.Return(_filling);
        if (_spare is not null)
            ArrayPool<byte>.Shared.Return(_spare);
        _filling = _spare = null;
    }

    private async ValueTask HandOutAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        _writing = WriteOutAsync(_filling.AsMemory(0, _filled), _handedOut);
        _handedOut += _filled;
        _filled = 0;
        (_filling, _spare) = (_spare, _filling);
    }

    private async Task WriteOutAsync(ReadOnlyMemory<byte> bytes, long offset)
    {
        await RandomAccess.WriteAsync(file, bytes, offset, CancellationToken.None);
        var end = offset + bytes.Length;
        if (end - _writebackFrom < WritebackStep)
            return;
        LibC.StartWriteback(file, _writebackFrom, end - _writebackFrom);
        _writebackFrom = end;
    }
}
