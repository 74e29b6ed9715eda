using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Http;

/// <summary>
/// Lets pages of other origins call the API, errors included: web apps live on sub-domains, and a token is needed
/// anyway. Not on the first page and under <c>/auth/</c>, where the browser's cookie speaks for the owner, but for logging
/// out, which the bar of each app does with the app's token, and for the password of a link.
/// </summary>
internal sealed class CorsMiddleware(RequestDelegate next)
{
    private const string Methods = "GET,HEAD,PUT,PATCH,POST,DELETE";
    private const string MaxAgeSeconds = "43200";

    /// <summary>Runs for each request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin;
        if (IsForOwner(context.Request.Path) && !IsForApps(context.Request))
            return next(context);

        // Also on answers to the instance's own pages: a browser that keeps one must not show it to a page of another origin.
        var headers = context.Response.Headers;
        headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (StringValues.IsNullOrEmpty(origin))
            return next(context);

        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        var request = context.Request.Headers;
        if (!HttpMethods.IsOptions(context.Request.Method) || StringValues.IsNullOrEmpty(request.AccessControlRequestMethod))
            return next(context);

        headers.Append(HeaderNames.Vary, HeaderNames.AccessControlRequestMethod);
        headers.Append(HeaderNames.Vary, HeaderNames.AccessControlRequestHeaders);
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlMaxAge = MaxAgeSeconds;
        if (!StringValues.IsNullOrEmpty(request.AccessControlRequestHeaders))
            headers.AccessControlAllowHeaders = request.AccessControlRequestHeaders;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static bool IsForOwner(PathString path) => path == "/" || path.StartsWithSegments("/auth");

    // By its method alone: the page at the same address must stay closed to others.
    private static bool IsForApps(HttpRequest request)
    {
        var method = HttpMethods.IsOptions(request.Method) ? request.Headers.AccessControlRequestMethod.ToString() : request.Method;
        return HttpMethods.IsDelete(method)
            ? request.Path == "/auth/login" || request.Path == "/auth/login/others"
            : HttpMethods.IsPost(method) && request.Path == "/auth/share-by-link/password";
    }
}
