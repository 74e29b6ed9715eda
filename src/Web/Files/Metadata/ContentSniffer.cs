namespace Cozy.Web.Files.Metadata;

/// <summary>Recognises a content by its first bytes.</summary>
internal static class ContentSniffer
{
    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> Zip => [(byte)'P', (byte)'K', 3, 4];

    private static ReadOnlySpan<byte> SevenZip => [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C];

    /// <summary>The media type; null when nothing is recognised.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> head) =>
        head.StartsWith(Png) ? "image/png"
        : head is [0xFF, 0xD8, 0xFF, ..] ? "image/jpeg"
        : head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) ? "image/gif"
        : head.StartsWith("RIFF"u8) ? OfRiff(head)
        : head.StartsWith("%PDF-"u8) ? "application/pdf"
        : head.StartsWith(Zip) ? "application/zip"
        : head is [0x1F, 0x8B, 0x08, ..] ? "application/gzip"
        : head.StartsWith(SevenZip) ? "application/x-7z-compressed"
        : head.StartsWith("ID3"u8) ? "audio/mpeg"
        : head.StartsWith("fLaC"u8) ? "audio/flac"
        : head.StartsWith("OggS"u8) ? "audio/ogg"
        : head.Length >= 12 && head[4..].StartsWith("ftyp"u8) ? OfBrand(head[8..12])
        : null;

    private static string? OfRiff(ReadOnlySpan<byte> head) =>
        head.Length < 12 ? null
        : head[8..].StartsWith("WEBP"u8) ? "image/webp"
        : head[8..].StartsWith("WAVE"u8) ? "audio/x-wav"
        : head[8..].StartsWith("AVI "u8) ? "video/x-msvideo"
        : null;

    private static string OfBrand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) ? "image/heic"
        : brand.SequenceEqual("avif"u8) ? "image/avif"
        : brand.SequenceEqual("M4A "u8) ? "audio/x-m4a"
        : brand.SequenceEqual("qt  "u8) ? "video/quicktime"
        : "video/mp4";
}
