using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Cozy.Grains.Instances;
using Cozy.Grains.Permissions;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Permissions;

/// <summary>
/// The cookie that shows that a browser's user knew the password of a link: a signature over the link and its
/// password's hash, so that a new password asks everybody again.
/// </summary>
internal static class SharePasswordCookie
{
    // What else the secret signs can never be taken for this.
    private const string Purpose = "share password";

    /// <summary>Whether the request carries the cookie for this link.</summary>
    public static bool Opens(HttpContext context, PermissionDocument document) =>
        context.Request.Cookies[NameFor(document)] is { } value
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(ValueFor(context.Instance(), document)));

    /// <summary>Gives the browser the cookie.</summary>
    public static void Write(HttpContext context, PermissionDocument document)
    {
        var address = InstanceAddress.Of(context);
        context.Response.Cookies.Append(NameFor(document), ValueFor(context.Instance(), document), new CookieOptions
        {
            Path = "/",
            Domain = address.CookieDomain,
            HttpOnly = true,
            Secure = address.Https,
            SameSite = SameSiteMode.Lax,
        });
    }

    private static string NameFor(PermissionDocument document) => $"pass{document.Id}";

    private static string ValueFor(Instance instance, PermissionDocument document) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(
            instance.SessionSecret.Span, Encoding.UTF8.GetBytes($"{Purpose}\n{document.Id}\n{document.PasswordHash}")));
}
