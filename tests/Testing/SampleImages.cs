using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Cozy.Testing;

/// <summary>Images made byte by byte, good and bad ones.</summary>
public static class SampleImages
{
    /// <summary>A PNG in one colour, but for its left half, which is white.</summary>
    public static byte[] Png(int width, int height)
    {
        var rows = new byte[height * (1 + (width * 3))];
        for (var y = 0; y < height; y++)
        {
            var row = rows.AsSpan(y * (1 + (width * 3)) + 1, width * 3);
            row.Fill(255);
            for (var x = width / 2; x < width; x++)
                row[(x * 3) + 1] = row[(x * 3) + 2] = 0;
        }

        return Png(width, height, Compress(rows));
    }

    /// <summary>A photo of 64 by 48 pixels as a phone makes them, in one colour.</summary>
    public static byte[] Heic() => Convert.FromBase64String(
        "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAeRtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAA"
        + "AAAAACAAAAEGlkYXQAAAAAAEAAMAAAAExpbG9jAQAAAERAAAMAAQAAAAAAAAIIAAEAAAAAAAAAHAACAAEAAAAAAAAAAQAAAAAAAAAIAAMAAAAA"
        + "AAACJAABAAAAAAAAAL4AAABNaWluZgAAAAAAAwAAABVpbmZlAgAAAQABAABodmMxAAAAABVpbmZlAgAAAAACAABncmlkAAAAABVpbmZlAgAAAQ"
        + "ADAABFeGlmAAAAANhpcHJwAAAAtmlwY28AAAB2aHZjQwEDcAAAAAAAAAAAAB7wAPz9+PgAAA8DIAABABhAAQwB//8DcAAAAwCQAAADAAADAB66"
        + "AkAhAAEAKkIBAQNwAAADAJAAAAMAAAMAHqAggQWW6uSmubgQEDAgAAADACAAAAMAISIAAQAGRAHBc8CJAAAAFGlzcGUAAAAAAAAAQAAAAEAAAA"
        + "AUaXNwZQAAAAAAAABAAAAAMAAAABBwaXhpAAAAAAMICAgAAAAaaXBtYQAAAAAAAAACAAECgQIAAgIDhAAAAChpcmVmAAAAAAAAAA5kaW1nAAIA"
        + "AQABAAAADmNkc2MAAwABAAIAAADibWRhdAAAABgoAa8TgPUngT//n5R//OXnh9Nj9+efLU8AAAAGRXhpZgAASUkqAAgAAAAGABIBAwABAAAAAQ"
        + "AAABoBBQABAAAAVgAAABsBBQABAAAAXgAAACgBAwABAAAAAgAAABMCAwABAAAAAQAAAGmHBAABAAAAZgAAAAAAAAA4YwAA6AMAADhjAADoAwAA"
        + "BgAAkAcABAAAADAyMTABkQcABAAAAAECAwAAoAcABAAAADAxMDABoAMAAQAAAP//AAACoAQAAQAAAEAAAAADoAQAAQAAADAAAAAAAAAA");

    /// <summary>A PDF of one page, twice as high as it is wide.</summary>
    public static byte[] Pdf() => Encoding.ASCII.GetBytes(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        + "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]/Contents 4 0 R/Resources<<>>>>endobj\n"
        + "4 0 obj<</Length 27>>stream\n1 0 0 rg 10 10 50 100 re f\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

    /// <summary>A PNG that says it is larger than it is.</summary>
    public static byte[] LyingPng(int width, int height) => Png(width, height, Compress(new byte[100]));

    /// <summary>
    /// A PNG of a few kilobytes that unpacks to a black square of a byte a pixel; interlaced, it must be held as a whole.
    /// </summary>
    public static byte[] BombPng(int side, bool isInterlaced)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            // The rows of an interlaced image are shorter and more.
            var row = new byte[side + 8];
            for (var y = 0; y < side; y++)
                zlib.Write(row);
        }

        return Png(side, side, packed.ToArray(), colourType: 0, isInterlaced);
    }

    /// <summary>The width and height a JPEG says it has.</summary>
    public static (int Width, int Height) JpegSize(ReadOnlySpan<byte> jpeg)
    {
        for (var at = 2; at < jpeg.Length;)
        {
            var marker = jpeg[at + 1];
            if (marker is 0xC0 or 0xC2)
            {
                return (BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 5)..]));
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
        }

        throw new InvalidDataException("The JPEG has no frame.");
    }

    /// <summary>The same JPEG with an EXIF block that says how the camera was held, and a comment in it.</summary>
    public static byte[] WithOrientation(byte[] jpeg, ushort orientation)
    {
        byte[] exif =
        [
            .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
            .. "SECRET-PLACE"u8,
        ];
        return [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg.AsSpan(2)];
    }

    private static byte[] Png(int width, int height, byte[] data, byte colourType = 2, bool isInterlaced = false)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        header[9] = colourType;
        header[12] = isInterlaced ? (byte)1 : (byte)0;
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", data), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string name, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. data];
        var chunk = new byte[named.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        named.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(named.Length + 4), Crc32.HashToUInt32(named));
        return chunk;
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(bytes);
        return packed.ToArray();
    }
}
