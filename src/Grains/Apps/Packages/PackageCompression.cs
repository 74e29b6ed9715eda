using System.IO.Compression;

namespace Cozy.Grains.Apps.Packages;

/// <summary>Which files are also kept compressed, so that nothing is compressed while it is served.</summary>
internal static class PackageCompression
{
    private const int SmallestBytes = 512;

    private static readonly HashSet<string> TextExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".css", ".htm", ".html", ".js", ".json", ".map", ".md", ".mjs", ".svg", ".ttf", ".txt", ".wasm", ".webapp", ".webmanifest", ".xml",
    };

    /// <summary>The content in a smaller form; null where that does not pay.</summary>
    public static byte[]? Brotli(string path, byte[] content) =>
        Compress(path, content, to => new BrotliStream(to, new BrotliCompressionOptions { Quality = 9 }, leaveOpen: true));

    /// <summary>The content in a smaller form; null where that does not pay.</summary>
    public static byte[]? Gzip(string path, byte[] content) =>
        Compress(path, content, to => new GZipStream(to, CompressionLevel.SmallestSize, leaveOpen: true));

    private static byte[]? Compress(string path, byte[] content, Func<Stream, Stream> open)
    {
        if (content.Length < SmallestBytes || !TextExtensions.Contains(Path.GetExtension(path)))
            return null;

        using var buffer = new MemoryStream(content.Length / 2);
        using (var compressor = open(buffer))
            compressor.Write(content);
        return buffer.Length < content.Length * 9 / 10 ? buffer.ToArray() : null;
    }
}
