using Cozy.Web.Auth.Sessions;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.OpenId;

/// <summary>For a moment after logging out the login page does not send the browser to the provider by itself.</summary>
internal static class LogoutCookie
{
    private const string Name = "logout";

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    /// <summary>Whether the browser has just logged out.</summary>
    public static bool IsThere(HttpContext context) => context.Request.Cookies.ContainsKey(Name);

    /// <summary>Gives it to the browser.</summary>
    public static void Write(HttpContext context) => context.Response.Cookies.Append(Name, "1", new CookieOptions
    {
        Path = "/",
        MaxAge = Lifetime,
        HttpOnly = true,
        Secure = InstanceAddress.Of(context).Https,
        SameSite = SameSiteMode.Lax,
    });
}
