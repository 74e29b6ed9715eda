using System.Security.Cryptography;
using Cozy.Grains.Auth;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Auth.Sessions;

/// <summary>
/// Tells a browser that has logged in before from a stranger: its attempts to log in are counted on their own, and the
/// owner is not mailed about it. A new passphrase makes every browser a stranger.
/// </summary>
internal sealed class DeviceCookie(TimeProvider clock, IOptions<WebOptions> options)
{
    private const string Name = "cozydevice";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);

    private static ReadOnlySpan<byte> Purpose => "cozydevice"u8;

    /// <summary>Who sends the request.</summary>
    public Visitor VisitorOf(HttpContext context) => new()
    {
        Address = ClientAddress.Of(context),
        UserAgent = context.Request.Headers.UserAgent.ToString(),
        Device = SessionCookieCodec.Decode(context.Request.Cookies[Name], context.Instance().SessionSecret.Span, Purpose),
        Site = new Uri(context.Instance().Url(options.Value)),
    };

    /// <summary>Remembers the browser, which has just shown the passphrase.</summary>
    public void Write(HttpContext context)
    {
        var id = VisitorOf(context).Device ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var value = SessionCookieCodec.Encode(id, clock.GetUtcNow(), context.Instance().SessionSecret.Span, Purpose);
        context.Response.Cookies.Append(Name, value, new CookieOptions
        {
            Path = "/",
            MaxAge = Lifetime,
            HttpOnly = true,
            Secure = InstanceAddress.Of(context).Https,
            SameSite = SameSiteMode.Strict,
        });
    }
}
