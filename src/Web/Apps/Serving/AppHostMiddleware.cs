using Cozy.Grains.Instances;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Apps.Serving;

/// <summary>
/// Recognises requests to the host of an app and keeps them from the API: what an app serves has an origin of its own.
/// </summary>
internal sealed class AppHostMiddleware(RequestDelegate next, InstanceCache instances, IOptions<WebOptions> options, RequestDelegate serve)
{
    private readonly SubdomainStyle _style = options.Value.Subdomains;

    /// <summary>Runs for each request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var finding = instances.FindAsync(context.Request.Host.Value ?? "");
        return finding is { IsCompletedSuccessfully: true, Result: not null } ? next(context) : FindAsync(context, finding);
    }

    private async Task FindAsync(HttpContext context, ValueTask<Instance?> finding)
    {
        if (await finding is null)
        {
            foreach (var (host, slug) in AppHostName.Split(context.Request.Host.Value?.ToLowerInvariant() ?? "", _style))
            {
                if (await instances.FindAsync(host) is not { } instance)
                    continue;
                context.Features.Set(new InstanceFeature(instance));
                context.Features.Set(new AppHostFeature(slug, host));
                await serve(context);
                return;
            }
        }

        await next(context);
    }
}

/// <summary>The app whose host a request came to.</summary>
/// <param name="Slug">Its short name.</param>
/// <param name="InstanceHost">The host of its instance, as the browser knows it.</param>
internal sealed record AppHostFeature(string Slug, string InstanceHost);
