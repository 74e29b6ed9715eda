using Cozy.Web.Auth.Sessions;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Pages;

/// <summary>
/// Protects the forms of <c>/auth</c>: the browser keeps a random token in the cookie <c>_csrf</c>, and a form must
/// repeat it in its field <c>csrf_token</c>. Another site can make the browser send the form, but not know the token. An app of
/// the instance could set the cookie itself, its host being a sub-domain: so the browser must not say that the form comes from
/// another origin either.
/// </summary>
internal sealed class CsrfFilter : IEndpointFilter
{
    public const string CookieName = "_csrf";
    public const string FieldName = "csrf_token";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var token = context.Request.Cookies[CookieName];
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            if (IsFromElsewhere(context))
            {
                return Refuse(context, StatusCodes.Status403Forbidden, "the form is of another origin");
            }

            var form = await AuthForm.ReadAsync(context.Request);
            if (form[FieldName] is not { Length: > 0 } given)
            {
                return Refuse(context, StatusCodes.Status400BadRequest, "missing csrf token in the form parameter");
            }

            if (!CsrfToken.IsWellFormed(token) || !CsrfToken.AreEqual(token, given))
            {
                return Refuse(context, StatusCodes.Status403Forbidden, "invalid csrf token");
            }
        }

        if (!CsrfToken.IsWellFormed(token))
        {
            token = CsrfToken.New();
        }

        context.Response.Headers.Append("Vary", "Cookie");
        context.Response.Cookies.Append(CookieName, token!, new CookieOptions
        {
            Path = "/auth",
            MaxAge = Lifetime,
            HttpOnly = true,
            Secure = InstanceAddress.Of(context).Https,
            SameSite = SameSiteMode.Strict,
        });
        context.Items[typeof(CsrfFilter)] = token;
        return await next(invocation);
    }

    /// <summary>The token that a form on the page being written must carry.</summary>
    public static string TokenFor(HttpContext context) => (string)context.Items[typeof(CsrfFilter)]!;

    /// <summary>Whether the browser says that another origin sends the form. Old ones, and clients that are none, say nothing.</summary>
    private static bool IsFromElsewhere(HttpContext context)
    {
        var headers = context.Request.Headers;
        var site = headers["Sec-Fetch-Site"].ToString();
        var origin = headers.Origin.ToString();
        return site.Length > 0
            ? site is "same-site" or "cross-site"
            : origin.Length > 0 && origin != "null" && origin != InstanceAddress.Of(context).Origin;
    }

    private static IResult Refuse(HttpContext context, int status, string line) =>
        Refusal.Show(context, status, line, PageLanguage.Of(context).FormExpired);
}
