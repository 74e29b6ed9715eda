using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cozy.Web.Http;

/// <summary>
/// Reads a segment of the path as the client sent it. Routing sees a path in which all is decoded but <c>%2F</c>, so it
/// cannot tell an encoded slash from a text that looks like one.
/// </summary>
internal static class RawTarget
{
    /// <summary>The decoded segment at a place of the path; 0 is the first.</summary>
    /// <exception cref="ApiException">404: the path has no such segment; 400: it is not UTF-8 once decoded.</exception>
    public static string Segment(HttpContext context, int index)
    {
        var path = Path(context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        for (var i = 0; ; i++)
        {
            if (path.IsEmpty || path[0] != '/')
                throw ApiException.NoRoute();

            var end = path[1..].IndexOf('/');
            var segment = end < 0 ? path[1..] : path[1..(end + 1)];
            if (i == index)
                return Decode(segment);

            path = end < 0 ? [] : path[(end + 1)..];
        }
    }

    /// <summary>The decoded segments of the path of a request's target, or of an absolute address.</summary>
    /// <exception cref="ApiException">400: one is not UTF-8 once decoded.</exception>
    public static IReadOnlyList<string> Segments(string target)
    {
        var path = Path(target);
        if (path is ['/', ..])
            path = path[1..];
        var segments = new List<string>();
        foreach (var range in path.Split('/'))
            segments.Add(Decode(path[range]));
        return segments;
    }

    /// <summary>Whether the path ends with a slash.</summary>
    public static bool EndsWithSlash(HttpContext context) => context.Request.Path.Value is [.., '/'];

    // A proxy may send the absolute form: http://host/path?query.
    private static ReadOnlySpan<char> Path(ReadOnlySpan<char> target)
    {
        var question = target.IndexOf('?');
        if (question >= 0)
            target = target[..question];

        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (target is ['/', ..] || scheme < 0)
            return target;

        var rest = target[(scheme + 3)..];
        var slash = rest.IndexOf('/');
        return slash < 0 ? [] : rest[slash..];
    }

    private static string Decode(ReadOnlySpan<char> segment)
    {
        if (!segment.Contains('%'))
            return segment.ToString();

        var bytes = new byte[segment.Length * 3];
        var length = 0;
        while (!segment.IsEmpty)
        {
            var plain = segment.IndexOf('%') is >= 0 and var escape ? segment[..escape] : segment;
            length += Encoding.UTF8.GetBytes(plain, bytes.AsSpan(length));
            segment = segment[plain.Length..];
            if (segment.IsEmpty)
                break;
            if (segment.Length < 3 || !byte.TryParse(segment[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[length]))
                throw Malformed();
            length++;
            segment = segment[3..];
        }

        return Utf8.IsValid(bytes.AsSpan(0, length)) && !bytes.AsSpan(0, length).Contains((byte)0)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw Malformed();
    }

    private static ApiException Malformed() => ApiException.BadRequest("the path is malformed");
}
