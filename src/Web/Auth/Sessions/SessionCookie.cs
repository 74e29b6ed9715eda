using Cozy.Grains.Auth;
using Cozy.Grains.Instances;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Auth.Sessions;

/// <summary>The cookie that carries a browser's session to the instance and to its apps.</summary>
internal sealed class SessionCookie(TimeProvider clock)
{
    // Ten years: browsers shorten it to what they allow.
    private static readonly TimeSpan LongRun = TimeSpan.FromSeconds(315_360_000);

    /// <summary>
    /// The cookie's name. With flat sub-domains all instances of a parent domain share its cookies, so the name tells
    /// them apart.
    /// </summary>
    public static string NameFor(Instance instance, SubdomainStyle subdomains) =>
        subdomains == SubdomainStyle.Nested ? "cozysessid" : $"sess-{instance.Id}";

    /// <summary>The id of the session the browser claims, its signature being right; null if there is none.</summary>
    public static string? Read(HttpContext context) => IdIn(TextFrom(context), context.Instance());

    /// <summary>What the browser sends, not checked; null if there is none.</summary>
    public static string? TextFrom(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<WebOptions>>().Value;
        return context.Request.Cookies[NameFor(context.Instance(), options.Subdomains)];
    }

    /// <summary>The id of the session in a cookie's text; null if the signature is not right.</summary>
    public static string? IdIn(string? text, Instance instance) => SessionCookieCodec.Decode(text, instance.SessionSecret.Span);

    /// <summary>Gives the browser its session.</summary>
    public void Write(HttpContext context, Session session) => context.Response.Cookies.Append(
        NameFor(context.Instance(), InstanceAddress.Of(context).Subdomains), ValueOf(context, session), OptionsOf(context, session));

    /// <summary>The header <c>Set-Cookie</c> with which a client can give a browser of its own the session.</summary>
    public string TextFor(HttpContext context, Session session)
    {
        var name = NameFor(context.Instance(), InstanceAddress.Of(context).Subdomains);
        return OptionsOf(context, session).CreateCookieHeader(name, ValueOf(context, session)).ToString();
    }

    private string ValueOf(HttpContext context, Session session) =>
        SessionCookieCodec.Encode(session.Id, clock.GetUtcNow(), context.Instance().SessionSecret.Span);

    private static CookieOptions OptionsOf(HttpContext context, Session session)
    {
        var address = InstanceAddress.Of(context);
        return new CookieOptions
        {
            Path = "/",
            Domain = address.CookieDomain,
            MaxAge = session.LongRun ? LongRun : null,
            HttpOnly = true,
            Secure = address.Https,
            SameSite = SameSiteMode.Lax,
        };
    }

    /// <summary>Takes the session from the browser.</summary>
    public static void Clear(HttpContext context)
    {
        var address = InstanceAddress.Of(context);
        context.Response.Cookies.Append(NameFor(context.Instance(), address.Subdomains), string.Empty, new CookieOptions
        {
            Path = "/",
            Domain = address.CookieDomain,
            MaxAge = TimeSpan.Zero,
            HttpOnly = true,
            Secure = address.Https,
            SameSite = SameSiteMode.Lax,
        });
    }
}
