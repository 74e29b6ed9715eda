using Cozy.Web.Errors;
using Cozy.Web.Pages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Pages;

/// <summary>Refuses a request to a page: with a page for people, with a line of text for programs.</summary>
internal static class Refusal
{
    /// <param name="context">The request.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="line">What programs are told; clients know these lines.</param>
    /// <param name="message">What people are told.</param>
    public static IResult Show(HttpContext context, int status, string line, string message) =>
        ErrorFormats.AcceptsHtml(context.Request)
            ? ErrorPage.Show(context, status, message)
            : Results.Text(line, "text/plain; charset=UTF-8", statusCode: status);
}
