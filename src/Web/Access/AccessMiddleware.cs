using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Access;

/// <summary>The one place where a request is let through to its route, or not.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, CallerReader callers)
{
    /// <summary>Runs for each request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<AccessRule>() is { } rule)
        {
            var check = rule.CheckAsync(context, callers);
            return check.IsCompletedSuccessfully ? next(context) : CheckThenContinueAsync(context, check);
        }

        if (endpoint is RouteEndpoint undeclared)
            throw new InvalidOperationException($"The route {undeclared.RoutePattern.RawText} does not declare who may call it.");

        return RefuseAsync(context, endpoint);
    }

    private async Task CheckThenContinueAsync(HttpContext context, ValueTask check)
    {
        await check;
        await next(context);
    }

    // Routing answers a method that a path does not have with an endpoint of its own, which sets "Allow".
    private async Task RefuseAsync(HttpContext context, Endpoint? endpoint)
    {
        if (endpoint is not null && ErrorFormats.Of(context.Request) is ErrorFormat.Plain or ErrorFormat.Dav)
        {
            await next(context);
            await ErrorWriter.WriteAsync(context, ApiError.Http(405));
            return;
        }

        await ErrorWriter.WriteAsync(context, ApiException.NoRoute().Error);
    }
}
