using System.Diagnostics.CodeAnalysis;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>Where a browser may be sent with a code: to a site, or to an application that has taken a scheme for itself.</summary>
internal static class RedirectUri
{
    private const int MaximumLength = 2048;

    // What a browser runs or opens itself instead of handing it to somebody.
    private static readonly string[] Dangerous = ["javascript", "data", "vbscript", "file", "blob", "about", "view-source", "filesystem"];

    /// <summary>Whether the text is an absolute address without a fragment that a browser hands to somebody else.</summary>
    public static bool IsSafe([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaximumLength }
        && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\')
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && text.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase)
        && uri.Fragment.Length == 0 && !text.Contains('#', StringComparison.Ordinal)
        && uri.UserInfo.Length == 0
        && !Dangerous.Contains(uri.Scheme, StringComparer.OrdinalIgnoreCase)
        && (!IsWeb(uri) || (uri.IdnHost.Length > 0 && uri.IdnHost.All(IsOfHost)));

    /// <summary>Whether it leads to a site, and not to an application on the device.</summary>
    public static bool IsWeb(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp;

    /// <summary>What a Content-Security-Policy calls the place it leads to.</summary>
    public static string SourceOf(Uri uri) =>
        !IsWeb(uri) ? uri.Scheme + ":" : uri.IsDefaultPort ? $"{uri.Scheme}://{uri.IdnHost}" : $"{uri.Scheme}://{uri.IdnHost}:{uri.Port}";

    /// <summary>The address with parameters added, and a fragment that keeps the browser from adding one of its own.</summary>
    public static string With(string address, IEnumerable<KeyValuePair<string, string?>> parameters) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(address, parameters) + "#";

    private static bool IsOfHost(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':';
}
