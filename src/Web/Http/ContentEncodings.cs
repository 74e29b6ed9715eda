using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Http;

/// <summary>Which compressed forms of an answer a client takes.</summary>
internal static class ContentEncodings
{
    /// <summary>Whether an <c>Accept-Encoding</c> header names the encoding and does not exclude it.</summary>
    public static bool Accepts(StringValues header, string encoding) =>
        StringWithQualityHeaderValue.TryParseList(header, out var accepted)
        && accepted.Any(item => item.Quality is not 0 && item.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase));
}
