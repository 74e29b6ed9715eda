using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Instances;

/// <summary>Puts the instance the <c>Host</c> header names on the request; turns away unknown hosts and blocked instances.</summary>
internal sealed class InstanceMiddleware(RequestDelegate next, InstanceCache instances, TokenReader tokens)
{
    /// <summary>Runs for each request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        // An endpoint that is no route is routing's own answer to a method the path does not have.
        var endpoint = context.GetEndpoint();
        if (endpoint is not null && (endpoint is not RouteEndpoint || endpoint.Metadata.GetMetadata<WithoutInstance>() is not null))
            return next(context);

        var finding = instances.FindAsync(context.Request.Host.Value ?? "");
        return finding.IsCompletedSuccessfully
            ? ContinueAsync(context, finding.Result)
            : FindThenContinueAsync(context, finding);
    }

    private async Task FindThenContinueAsync(HttpContext context, ValueTask<Grains.Instances.Instance?> finding) =>
        await ContinueAsync(context, await finding);

    private Task ContinueAsync(HttpContext context, Grains.Instances.Instance? instance)
    {
        if (instance is null)
            return ErrorWriter.WriteUnknownInstanceAsync(context);

        context.Features.Set(new InstanceFeature(instance));
        return instance.Blocked && BlockedInstance.Stops(context, tokens)
            ? BlockedInstance.WriteAsync(context, instance)
            : next(context);
    }
}

/// <summary>Marks a route that answers whatever the host is.</summary>
internal sealed class WithoutInstance
{
    /// <summary>The mark.</summary>
    public static readonly WithoutInstance Mark = new();
}
