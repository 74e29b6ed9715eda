using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace Cozy.Web.Files.Metadata;

/// <summary>What the header of a video tells, when it comes before the pictures: when it was taken, its size and length.</summary>
internal static class Mp4Header
{
    // Since 1904, as the format counts.
    private static readonly DateTimeOffset Epoch = new(1904, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes the members; false, and nothing written, when no header is found.</summary>
    public static bool TryWrite(Utf8JsonWriter json, ReadOnlySpan<byte> head)
    {
        if (head.IndexOf("mvhd"u8) is not (>= 0 and var at) || at + 36 > head.Length)
            return false;

        var movie = head[(at + 4)..];
        var isLong = movie[0] == 1;
        var seconds = isLong ? BinaryPrimitives.ReadUInt64BigEndian(movie[4..]) : BinaryPrimitives.ReadUInt32BigEndian(movie[4..]);
        if (seconds is > 0 and < uint.MaxValue && (Epoch.AddSeconds(seconds) is { Year: > 1970 } time))
            json.WriteString("datetime", time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

        var scale = BinaryPrimitives.ReadUInt32BigEndian(movie[(isLong ? 20 : 12)..]);
        var length = isLong ? BinaryPrimitives.ReadUInt64BigEndian(movie[24..]) : BinaryPrimitives.ReadUInt32BigEndian(movie[16..]);
        if (scale > 0 && length > 0 && length / scale < 1_000_000)
            json.WriteNumber("duration", Math.Round(length / (double)scale, 3));
        WriteSize(json, head);
        return true;
    }

    // The largest track; those of sound have no size.
    private static void WriteSize(Utf8JsonWriter json, ReadOnlySpan<byte> head)
    {
        int width = 0, height = 0;
        for (var rest = head; rest.IndexOf("tkhd"u8) is >= 0 and var at; rest = rest[(at + 4)..])
        {
            var end = at + 4 + (rest.Length > at + 4 && rest[at + 4] == 1 ? 96 : 84);
            if (end > rest.Length)
                break;
            int w = BinaryPrimitives.ReadUInt16BigEndian(rest[(end - 8)..]), h = BinaryPrimitives.ReadUInt16BigEndian(rest[(end - 4)..]);
            if (w * h > width * height)
                (width, height) = (w, h);
        }

        if (width == 0)
            return;
        json.WriteNumber("height", height);
        json.WriteNumber("width", width);
    }
}
