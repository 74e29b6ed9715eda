using System.Diagnostics.CodeAnalysis;
using Cozy.Web.Auth.Sessions;
using Microsoft.AspNetCore.WebUtilities;

namespace Cozy.Web.Auth.Pages;

/// <summary>
/// Where a browser goes after the owner has confirmed something: to the instance, one of its apps, or a site that the
/// operator has allowed.
/// </summary>
internal static class ConfirmationTarget
{
    private const int MaxStateLength = 256;

    /// <summary>Whether a text can be the name of what is confirmed.</summary>
    public static bool IsState(string text) => text.Length is > 0 and <= MaxStateLength && !text.Any(char.IsControl);

    /// <summary>As <see cref="RedirectTarget.TryResolve"/>, with the sites of <see cref="WebOptions.ConfirmationHosts"/>.</summary>
    public static bool TryResolve(
        string? parameter, InstanceAddress address, WebOptions options,
        [NotNullWhen(true)] out string? target, [NotNullWhen(false)] out string? error)
    {
        if (RedirectTarget.TryResolve(parameter, address, out target, out error))
            return true;
        if (options.ConfirmationHosts.Count == 0
            || !OAuth.Protocol.RedirectUri.IsSafe(parameter)
            || new Uri(parameter) is not { Scheme: "https" } uri
            || !options.ConfirmationHosts.Contains(uri.Authority, StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }

        target = uri.AbsoluteUri;
        return true;
    }

    /// <summary>The address with what tells the app that it was confirmed.</summary>
    public static string With(string target, string code, string state) =>
        QueryHelpers.AddQueryString(target, new Dictionary<string, string?> { ["code"] = code, ["state"] = state });

    /// <summary>What a Content-Security-Policy calls the site, if it is another one than the instance's.</summary>
    public static string? ForeignSourceOf(string target, InstanceAddress address) =>
        Uri.TryCreate(target, UriKind.Absolute, out var uri) && !address.Owns(uri.Authority)
            ? OAuth.Protocol.RedirectUri.SourceOf(uri)
            : null;
}
