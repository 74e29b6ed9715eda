using System.Buffers.Binary;

namespace Cozy.Web.Files.Metadata;

/// <summary>The size of an image in pixels, read from its header without decoding anything.</summary>
internal static class ImageSize
{
    /// <summary>The width and height; null when they are not found.</summary>
    public static (int Width, int Height)? Read(ReadOnlySpan<byte> head) =>
        head is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] ? OfPng(head)
        : head.StartsWith("GIF8"u8) ? OfGif(head)
        : head is [0xFF, 0xD8, ..] ? OfJpeg(head)
        : head.StartsWith("RIFF"u8) ? OfWebP(head)
        : OfHeif(head);

    private static (int, int)? OfPng(ReadOnlySpan<byte> head) => head.Length < 24 || !head[12..].StartsWith("IHDR"u8)
        ? null
        : Checked(BinaryPrimitives.ReadUInt32BigEndian(head[16..]), BinaryPrimitives.ReadUInt32BigEndian(head[20..]));

    private static (int, int)? OfGif(ReadOnlySpan<byte> head) => head.Length < 10
        ? null
        : Checked(BinaryPrimitives.ReadUInt16LittleEndian(head[6..]), BinaryPrimitives.ReadUInt16LittleEndian(head[8..]));

    // A JPEG is a row of segments; one whose marker is C0 to CF, but for three, is the frame's header.
    private static (int, int)? OfJpeg(ReadOnlySpan<byte> head)
    {
        var at = 2;
        while (at + 9 < head.Length && head[at] == 0xFF)
        {
            var marker = head[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return Checked(
                    BinaryPrimitives.ReadUInt16BigEndian(head[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(head[(at + 5)..]));
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(head[(at + 2)..]);
        }

        return null;
    }

    private static (int, int)? OfWebP(ReadOnlySpan<byte> head)
    {
        if (head.Length < 30)
            return null;
        if (head[12..].StartsWith("VP8X"u8))
            return Checked(1 + Read24(head[24..]), 1 + Read24(head[27..]));
        if (head[12..].StartsWith("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(head[21..]);
            return Checked(1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF));
        }

        return head[12..].StartsWith("VP8 "u8)
            ? Checked(
                BinaryPrimitives.ReadUInt16LittleEndian(head[26..]) & 0x3FFFu, BinaryPrimitives.ReadUInt16LittleEndian(head[28..]) & 0x3FFFu)
            : null;
    }

    // The largest of the sizes it tells: the others are those of thumbnails and tiles.
    private static (int, int)? OfHeif(ReadOnlySpan<byte> head)
    {
        (int Width, int Height)? largest = null;
        for (var rest = head; rest.IndexOf("ispe"u8) is >= 0 and var at && at + 16 <= rest.Length; rest = rest[(at + 4)..])
        {
            var size = Checked(
                BinaryPrimitives.ReadUInt32BigEndian(rest[(at + 8)..]), BinaryPrimitives.ReadUInt32BigEndian(rest[(at + 12)..]));
            if (size is { } found && (largest is not { } known || (long)found.Item1 * found.Item2 > (long)known.Width * known.Height))
                largest = found;
        }

        return largest;
    }

    private static uint Read24(ReadOnlySpan<byte> bytes) => bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16);

    private static (int, int)? Checked(uint width, uint height) =>
        width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue ? ((int)width, (int)height) : null;
}
