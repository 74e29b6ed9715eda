using Cozy.Web.Auth.Pages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Sessions;

/// <summary>The token of a browser that need not show the second factor again. Clients with no cookies send it in the form.</summary>
internal static class TrustedDeviceCookie
{
    private const string Name = "cozytrusted";
    private const string Field = "trusted-device-token";

    // The token in it ends earlier, as configured.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>The token, if there is one.</summary>
    public static string? Read(HttpContext context, AuthForm form) =>
        form[Field] is { Length: > 0 } sent ? sent : context.Request.Cookies[Name];

    /// <summary>Gives the browser its token.</summary>
    public static void Write(HttpContext context, string token) => context.Response.Cookies.Append(Name, token, new CookieOptions
    {
        Path = "/auth",
        MaxAge = Lifetime,
        HttpOnly = true,
        Secure = InstanceAddress.Of(context).Https,
        SameSite = SameSiteMode.Strict,
    });
}
