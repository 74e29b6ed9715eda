using System.Globalization;
using Cozy.Storage.Blobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Files;

/// <summary>Reads the <c>Range</c> header. Several ranges at once are answered with the whole file.</summary>
internal static class ByteRange
{
    private const string Unit = "bytes=";

    /// <summary>The range asked for; null for all. <c>Problem</c> says why it cannot be answered.</summary>
    public static (BlobRange? Range, string? Problem) Parse(
        HttpRequest request, EntityTagHeaderValue etag, DateTimeOffset modifiedAt, long size)
    {
        var text = request.Headers.Range.ToString();
        if (text.Length == 0 || size == 0 || !IsCurrent(request, etag, modifiedAt))
            return default;
        if (!text.StartsWith(Unit, StringComparison.Ordinal))
            return Invalid();

        var parts = text[Unit.Length..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts switch
        {
            [] => default,
            [var single] => ParseOne(single, size),
            _ => default,
        };
    }

    private static (BlobRange?, string?) ParseOne(string text, long size)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
            return Invalid();

        var first = text.AsSpan(0, dash).Trim();
        var last = text.AsSpan(dash + 1).Trim();
        if (first.IsEmpty)
        {
            return TryNumber(last, out var count)
                ? count == 0 ? NoOverlap() : Found(Math.Max(size - count, 0), size - 1, size)
                : Invalid();
        }

        if (!TryNumber(first, out var start))
            return Invalid();
        if (last.IsEmpty)
            return Found(start, size - 1, size);
        return TryNumber(last, out var end) && end >= start ? Found(start, end, size) : Invalid();
    }

    private static (BlobRange?, string?) Found(long start, long end, long size) =>
        start >= size ? NoOverlap() : (new BlobRange(start, Math.Min(end, size - 1) - start + 1), null);

    private static (BlobRange?, string?) Invalid() => (null, "invalid range");

    private static (BlobRange?, string?) NoOverlap() => (null, "invalid range: failed to overlap");

    private static bool TryNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    // If-Range: the range only makes sense if the client holds the other parts of the same content.
    private static bool IsCurrent(HttpRequest request, EntityTagHeaderValue etag, DateTimeOffset modifiedAt) =>
        request.GetTypedHeaders().IfRange switch
        {
            null => true,
            { EntityTag: { } tag } => tag.Compare(etag, useStrongComparison: true),
            { LastModified: { } date } => date == modifiedAt,
            _ => false,
        };
}
