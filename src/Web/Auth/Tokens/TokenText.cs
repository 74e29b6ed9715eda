using System.Text;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Tokens;

/// <summary>Finds the token a request carries.</summary>
internal static class TokenText
{
    private const string BearerScheme = "Bearer ";
    private const string BasicScheme = "Basic ";

    /// <summary>
    /// The token: <c>Authorization: Bearer</c>, else the password of <c>Authorization: Basic</c>, else
    /// <c>?bearer_token=</c>; null when there is none.
    /// </summary>
    public static string? From(HttpRequest request)
    {
        var header = request.Headers.Authorization.Count == 1 ? request.Headers.Authorization[0] : null;
        var token = header switch
        {
            null => null,
            _ when header.StartsWith(BearerScheme, StringComparison.Ordinal) => header[BearerScheme.Length..].Trim(),
            _ when header.StartsWith(BasicScheme, StringComparison.Ordinal) => Password(header.AsSpan(BasicScheme.Length)),
            _ => null,
        };
        if (string.IsNullOrEmpty(token) && request.QueryString.HasValue)
            token = request.Query["bearer_token"];
        return string.IsNullOrEmpty(token) ? null : token;
    }

    private static string? Password(ReadOnlySpan<char> encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded.Trim(), bytes, out var length))
            return null;

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }
}
