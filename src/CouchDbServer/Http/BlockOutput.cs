using System.Buffers;

namespace Cozy.CouchDbServer.Http;

/// <summary>
/// Gathers many short writes into blocks: a response takes a lock for each, and hands out less at a time than a document
/// needs. What is not flushed is not sent.
/// </summary>
internal sealed class BlockOutput(IBufferWriter<byte> target) : IBufferWriter<byte>
{
    private const int BlockBytes = 32 * 1024;

    private byte[]? _block;
    private int _written;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)((_block?.Length ?? 0) - _written), nameof(count));
        _written += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_block is null || _block.Length - _written < Math.Max(sizeHint, 1))
        {
            Flush();
            _block = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, BlockBytes));
        }

        return _block.AsMemory(_written);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Hands on what was written.</summary>
    public void Flush()
    {
        if (_block is not { } block)
            return;
        target.Write(block.AsSpan(0, _written));
        (_block, _written) = (null, 0);
        ArrayPool<byte>.Shared.Return(block);
    }
}
