using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Cozy.Web.Auth.Sessions;

namespace Cozy.Web.Auth.Pages;

/// <summary>
/// Where a browser goes after it has logged in: a page of the instance or of one of its apps, never another site. What
/// comes out is an absolute address written by us, so that a browser cannot read it otherwise than we did.
/// </summary>
internal static partial class RedirectTarget
{
    private const int MaxLength = 4096;

    /// <summary>
    /// Reads the parameter <c>redirect</c>: an address, or <c>slug/path#hash</c> for an app; empty means the first page.
    /// </summary>
    /// <param name="parameter">What the request says.</param>
    /// <param name="address">The addresses of the instance.</param>
    /// <param name="target">The address to send the browser to.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryResolve(
        string? parameter,
        InstanceAddress address,
        [NotNullWhen(true)] out string? target,
        [NotNullWhen(false)] out string? error)
    {
        target = null;
        error = null;
        if (string.IsNullOrEmpty(parameter))
        {
            target = address.Root;
            return true;
        }

        var text = InApp().Match(parameter) is { Success: true } app
            ? $"{address.Scheme}://{address.AppDomain(app.Groups["slug"].Value)}/{app.Groups["rest"].Value}"
            : parameter;
        if (text.Length > MaxLength
            || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\')
            || !HasAuthority().IsMatch(text)
            || !Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            error = "bad url: could not parse";
            return false;
        }

        if (uri.Scheme != address.Scheme || uri.UserInfo.Length > 0 || !address.Owns(uri.Authority))
        {
            error = "bad url: should be subdomain";
            return false;
        }

        target = uri.AbsoluteUri;
        return true;
    }

    [GeneratedRegex("^(?<slug>[a-z0-9-]{1,63})/(?<rest>[^/].*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex InApp();

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9+.-]*://[^/]", RegexOptions.CultureInvariant)]
    private static partial Regex HasAuthority();
}
