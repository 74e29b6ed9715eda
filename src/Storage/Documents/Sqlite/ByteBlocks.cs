namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// Copies of many short byte strings, side by side in a few arrays: cheaper to allocate and to collect than one each. An array
/// lives as long as any string in it, so they must be ones that are forgotten together.
/// </summary>
internal sealed class ByteBlocks
{
    // Below the size from which the collector keeps arrays apart.
    private const int BlockBytes = 64 * 1024;

    private Memory<byte> _free;

    public ReadOnlyMemory<byte> Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BlockBytes / 4)
            return bytes.ToArray();
        if (bytes.Length > _free.Length)
            _free = GC.AllocateUninitializedArray<byte>(BlockBytes);
        bytes.CopyTo(_free.Span);
        var copy = _free[..bytes.Length];
        _free = _free[bytes.Length..];
        return copy;
    }
}
