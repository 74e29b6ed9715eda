using System.Buffers.Binary;

namespace Cozy.Grains.Apps.Packages;

/// <summary>
/// Counts the entries of a zip archive before it is opened: its library reads all of them into memory, however many there are
/// and whatever the archive says of their number.
/// </summary>
internal static class ZipGuard
{
    private const int HeaderBytes = 46;
    private const int SearchBytes = 1 << 16;
    private const uint HeaderSignature = 0x02014B50;

    private static ReadOnlySpan<byte> EndSignature => "PK\x05\x06"u8;

    private static ReadOnlySpan<byte> End64Signature => "PK\x06\x06"u8;

    /// <summary>Fails when there are more entries than said. The stream is at its beginning afterwards.</summary>
    /// <exception cref="Errors.CozyException">BadRequest.</exception>
    public static void RequireFewEntries(Stream archive, int maxEntries)
    {
        archive.Position = FindDirectory(archive);
        // Not disposed: that would close the archive.
        var buffered = new BufferedStream(archive, SearchBytes);
        Span<byte> header = stackalloc byte[HeaderBytes];
        for (var entries = 0; buffered.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes; entries++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != HeaderSignature)
                break;
            if (entries >= maxEntries)
                throw AppErrors.BadPackage($"it has more than {maxEntries} entries");
            var rest = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[30..])
                + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
            Skip(buffered, rest);
        }

        archive.Position = 0;
    }

    /// <summary>Where the list of entries begins.</summary>
    private static long FindDirectory(Stream archive)
    {
        var length = (int)Math.Min(archive.Length, SearchBytes + 256);
        var end = new byte[length];
        archive.Position = archive.Length - length;
        archive.ReadExactly(end);
        var at = end.AsSpan().LastIndexOf(EndSignature);
        if (at < 0 || at + 22 > length)
            throw new InvalidDataException("The end of the archive is missing.");
        long start = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(at + 16));
        if (start == uint.MaxValue)
        {
            var large = end.AsSpan(0, at).LastIndexOf(End64Signature);
            if (large < 0 || large + 56 > length)
                throw new InvalidDataException("The end of the archive is missing.");
            start = BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(large + 48));
        }

        return start >= 0 && start <= archive.Length ? start : throw new InvalidDataException("The archive has no list of entries.");
    }

    private static void Skip(Stream stream, int count)
    {
        Span<byte> skipped = stackalloc byte[512];
        while (count > 0)
        {
            var read = stream.Read(skipped[..Math.Min(count, skipped.Length)]);
            if (read == 0)
                return;
            count -= read;
        }
    }
}
