using Cozy.Web.Auth.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

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
                return PlainText("missing csrf token in the form parameter", StatusCodes.Status400BadRequest);
            }

            if (!CsrfToken.IsWellFormed(token) || !CsrfToken.AreEqual(token, given))
            {
                return PlainText("invalid csrf token", StatusCodes.Status403Forbidden);
            }
        }

        if (!CsrfToken.IsWellFormed(token))
        {
            token = CsrfToken.New();
        }

        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Cookie);
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

    internal static IResult PlainText(string message, int status) =>
        Results.Text(message, "text/plain; charset=UTF-8", statusCode: status);
}
