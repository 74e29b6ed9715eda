using System.Collections.Frozen;
using System.Security.Cryptography;
using Cozy.Storage.Blobs;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Thumbnails;

/// <summary>What is shown in place of a thumbnail that does not exist.</summary>
internal static class Placeholders
{
    private static readonly FrozenDictionary<string, Placeholder> ByFormat =
        ThumbnailKey.Formats.ToFrozenDictionary(format => format, Read);

    /// <summary>The placeholder of a format; null when there is no such format.</summary>
    public static Placeholder? Find(string format) => ByFormat.GetValueOrDefault(format);

    private static Placeholder Read(string format)
    {
        using var stream = typeof(Placeholders).Assembly.GetManifestResourceStream($"placeholders/{format}.png")!;
        var png = new byte[stream.Length];
        stream.ReadExactly(png);
        return new(png, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(png).AsSpan(0, 5))}\""));
    }
}

/// <summary>A placeholder.</summary>
/// <param name="Png">The image.</param>
/// <param name="ETag">Its entity tag.</param>
internal sealed record Placeholder(byte[] Png, EntityTagHeaderValue ETag);
