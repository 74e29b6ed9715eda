using Cozy.Grains.Apps;
using Cozy.Grains.Contexts;
using Cozy.Grains.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Admin;

/// <summary>The operator's look at what there is to install, and at updates: <c>/registry</c>, <c>/apps/sweep</c>.</summary>
internal sealed class RegistryAdminEndpoints(IGrainFactory grains)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/registry", ListAsync);
        routes.MapGet("/registry/{slug}", ShowAsync);
        routes.MapPost("/apps/sweep", SweepAsync);
    }

    private async Task ListAsync(HttpContext context) =>
        await WriteAsync(context, await RegistryOf(context).ListAsync("?limit=200", "/"));

    private async Task ShowAsync(HttpContext context, string slug) => await WriteAsync(
        context,
        (AppSlug.IsValid(slug) ? await RegistryOf(context).FindAppAsync(slug, "/") : null)
            ?? throw CozyException.NotFound("No registry knows this app."));

    private async Task SweepAsync(HttpContext context)
    {
        var report = await grains.GetGrain<IAppUpdatesGrain>(0).RunAsync();
        await AdminJson.WriteAsync(context, AdminJson.Json, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("instances", report.Instances);
            json.WriteNumber("unreachable", report.Unreachable);
            json.WriteNumber("removed_packages", report.RemovedPackages);
            json.WriteEndObject();
        });
    }

    private IRegistryGrain RegistryOf(HttpContext context) => grains.GetGrain<IRegistryGrain>(
        context.Request.Query["Context"].ToString() is { Length: > 0 } name ? name : ContextsOptions.DefaultName);

    private static async Task WriteAsync(HttpContext context, RegistryAnswer answer)
    {
        context.Response.ContentType = answer.ContentType;
        await context.Response.BodyWriter.WriteAsync(answer.Body, context.RequestAborted);
    }
}
