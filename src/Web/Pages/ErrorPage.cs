using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Pages;

/// <summary>The page people see when a request fails.</summary>
internal static class ErrorPage
{
    /// <summary>An answer with the page.</summary>
    /// <param name="context">The request; it need not have an instance.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="message">One sentence for the person; null for a general one.</param>
    public static IResult Show(HttpContext context, int status, string? message = null)
    {
        var texts = PageLanguage.Of(context);
        return new Page(texts.ErrorTitle, Html.Of(
            $"""
            <p class="eyebrow">{status}</p>
            <h1>{texts.ErrorTitle}</h1>
            <p class="lead">{message ?? For(status, texts)}</p>
            <p><a class="button button--quiet" href="/">{texts.BackToStart}</a></p>
            """))
        {
            Status = status,
        };
    }

    private static string For(int status, Texts texts) => status switch
    {
        StatusCodes.Status404NotFound or StatusCodes.Status410Gone => texts.ErrorNotFound,
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => texts.ErrorForbidden,
        StatusCodes.Status429TooManyRequests => texts.TooManyAttempts,
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout
            => texts.ErrorUnavailable,
        _ => texts.ErrorOther,
    };
}
