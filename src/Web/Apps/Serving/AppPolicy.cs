using Cozy.Web.Auth.Sessions;

namespace Cozy.Web.Apps.Serving;

/// <summary>
/// The Content-Security-Policy of an app's host: its own files, and the API of its instance. An app cannot run scripts
/// of others, be framed by others, or send forms elsewhere.
/// </summary>
internal static class AppPolicy
{
    /// <summary>The policy for the apps of an instance.</summary>
    /// <param name="address">The addresses of the instance.</param>
    /// <param name="options">The sources besides.</param>
    /// <param name="framer">The origin of the app that shows this one in a frame, because it asked for what this one can do.</param>
    public static string For(InstanceAddress address, WebOptions options, string? framer = null)
    {
        var socket = $"{(address.Https ? "wss" : "ws")}://{address.Domain}";
        var own = $"'self' {address.Origin} {socket}";
        var siblings = address.CookieDomain is null ? "" : $"{address.Scheme}://{SiblingsOf(address)} ";
        var others = string.Concat(options.AppPolicySources.Select(source => $" {source}"));
        return $"default-src {own};"
            + $"script-src 'wasm-unsafe-eval' {own}{others};"
            + $"connect-src blob: {own}{others};"
            + $"style-src 'unsafe-inline' {own};"
            + $"font-src data: {own};"
            + $"img-src data: blob: {own}{others};"
            + $"frame-src {siblings}cozydrive: cozybanks: {own};"
            + "worker-src 'self' blob:;object-src 'none';"
            + (framer is null ? "frame-ancestors 'self';" : $"frame-ancestors 'self' {framer};")
            + "base-uri 'self';"
            + $"form-action {address.Origin};";
    }

    private static string SiblingsOf(InstanceAddress address) => address.Subdomains == SubdomainStyle.Nested
        ? $"*.{address.Domain}"
        : $"*{address.Domain[address.Domain.IndexOf('.', StringComparison.Ordinal)..]}";
}
