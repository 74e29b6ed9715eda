using Cozy.Web.Auth.Sessions;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Pages;

/// <summary>
/// Protects the forms of <c>/auth</c>: the browser keeps a random token in the cookie <c>_csrf</c>, and a form must
/// repeat it in its field <c>csrf_token</c>. Another site can make the browser send the form, but not know the token.
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

    private static IResult Refuse(HttpContext context, int status, string line) =>
        Refusal.Show(context, status, line, PageLanguage.Of(context).FormExpired);
}
