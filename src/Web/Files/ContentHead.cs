using System.Buffers;

namespace Cozy.Web.Files;

/// <summary>The first bytes of a content that passes by. Lost once it is disposed.</summary>
internal sealed class ContentHead(int capacity) : IDisposable
{
    private byte[] _bytes = [];

    /// <summary>How many bytes it has.</summary>
    public int Length { get; private set; }

    /// <summary>Whether it has as many as it may, so that there may be more.</summary>
    public bool IsFull => Length == capacity;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Length);

    /// <summary>Keeps what is still wanted of a piece.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        var count = Math.Min(piece.Length, capacity - Length);
        if (count == 0)
            return;
        if (_bytes.Length < Length + count)
            Grow(Length + count);
        piece[..count].CopyTo(_bytes.AsSpan(Length));
        Length += count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    // Small files, which are most, take a small array.
    private void Grow(int wanted)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(Math.Max(wanted, _bytes.Length * 2), capacity));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
