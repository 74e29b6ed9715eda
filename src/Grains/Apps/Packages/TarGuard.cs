namespace Cozy.Grains.Apps.Packages;

/// <summary>
/// A tar archive on its way to who unpacks it, looked at first: its library takes the long names and attributes of an entry into
/// memory, whatever their length, and reads on over any number of entries that are no files.
/// </summary>
/// <param name="archive">The archive, not compressed.</param>
/// <param name="maxEntries">Most entries of any kind.</param>
/// <param name="maxBytes">Most bytes of the whole archive.</param>
internal sealed class TarGuard(Stream archive, int maxEntries, long maxBytes) : Stream
{
    private const int BlockBytes = 512;
    private const int SizeOffset = 124;
    private const int SizeBytes = 12;
    private const int TypeOffset = 156;
    private const int MaxHeaderBytes = 64 * 1024;

    private readonly byte[] _header = new byte[BlockBytes];
    private int _headerBytes;
    private long _skip;
    private long _bytes;
    private int _entries;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _bytes;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = archive.Read(buffer);
        Look(buffer[..read]);
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Look(ReadOnlySpan<byte> bytes)
    {
        _bytes += bytes.Length;
        if (_bytes > maxBytes)
            throw AppErrors.BadPackage($"it has more than {maxBytes} bytes once it is unpacked");
        while (bytes.Length > 0)
        {
            var taken = _skip > 0 ? (int)Math.Min(_skip, bytes.Length) : Math.Min(BlockBytes - _headerBytes, bytes.Length);
            if (_skip > 0)
            {
                _skip -= taken;
            }
            else
            {
                bytes[..taken].CopyTo(_header.AsSpan(_headerBytes));
                _headerBytes += taken;
                if (_headerBytes == BlockBytes)
                    LookAtHeader();
            }

            bytes = bytes[taken..];
        }
    }

    private void LookAtHeader()
    {
        _headerBytes = 0;
        if (_header.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            return;
        if (++_entries > maxEntries)
            throw AppErrors.BadPackage($"it has more than {maxEntries} entries");
        var size = ReadSize();
        if (size < 0)
            throw new InvalidDataException("The size of an entry cannot be read.");
        if (_header[TypeOffset] is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K' && size > MaxHeaderBytes)
            throw AppErrors.BadPackage($"the names or attributes of an entry have more than {MaxHeaderBytes} bytes");
        _skip = (size + BlockBytes - 1) / BlockBytes * BlockBytes;
    }

    /// <summary>Octal digits; or, with the first bit set, a number in 11 bytes.</summary>
    private long ReadSize()
    {
        var field = _header.AsSpan(SizeOffset, SizeBytes);
        if ((field[0] & 0x80) != 0)
            return field[1..4].IndexOfAnyExcept((byte)0) >= 0 ? -1 : System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(field[4..]);
        long size = 0;
        foreach (var digit in field.Trim([(byte)' ', (byte)0]))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return -1;
            size = (size * 8) + (digit - '0');
        }

        return size;
    }
}
