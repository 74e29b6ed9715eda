using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Pages;

/// <summary>Sends the browser on to another page, which it gets with GET (303).</summary>
internal sealed class SeeOther(string location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = location;
        return Task.CompletedTask;
    }

    /// <summary>Sends a browser on; a client that wants JSON is told where to go.</summary>
    public static IResult Or(HttpContext context, string location) =>
        AuthJson.IsWanted(context.Request) ? AuthJson.Of(new { redirect = location }) : new SeeOther(location);
}
