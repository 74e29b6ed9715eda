using Cozy.Grains.Apps;
using Cozy.Web.Access;
using Cozy.Web.Apps;
using Cozy.Web.Apps.Serving;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Registry;

/// <summary>What apps there are to install: <c>/registry</c>.</summary>
internal sealed class RegistryEndpoints(IGrainFactory grains, AppFiles files)
{
    private const string Forever = "max-age=31536000, immutable";
    private const string ADay = "max-age=86400";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/registry");
        group.MapGet("/", (RequestDelegate)ListAsync).WithAccess(new RegistryAccess());
        group.MapGet("/maintenance", (RequestDelegate)ListMaintenanceAsync).WithAccess(new RegistryAccess());
        group.MapGet("/{slug}", (RequestDelegate)ShowAsync).WithAccess(new RegistryAccess());
        group.MapGet("/{slug}/{version}", context => ShowVersionAsync(context, VersionOf(context), Forever)).WithAccess(new RegistryAccess());
        group.MapGet("/{slug}/{version}/latest", context => ShowVersionAsync(context, $"{VersionOf(context)}/latest", null))
            .WithAccess(new RegistryAccess());
        group.MapGet("/{slug}/{version}/tarball/{file}", (RequestDelegate)DownloadAsync).WithAccess(new RegistryPictureAccess());
        foreach (var picture in new[] { "icon", "partnership_icon", "screenshots/{*name}" })
        {
            group.MapGet($"/{{slug}}/{picture}", context => SendPictureAsync(context, picture)).WithAccess(new RegistryPictureAccess());
            group.MapGet($"/{{slug}}/{{version}}/{picture}", context => SendPictureAsync(context, picture))
                .WithAccess(new RegistryPictureAccess());
        }
    }

    private async Task ListAsync(HttpContext context) => await WriteAsync(
        context, await RegistryOf(context).ListAsync(context.Request.QueryString.Value ?? "", InstanceAddress.Of(context).Root));

    private async Task ListMaintenanceAsync(HttpContext context) =>
        await WriteAsync(context, await RegistryOf(context).ListMaintenanceAsync());

    private async Task ShowAsync(HttpContext context) => await WriteAsync(
        context, await RegistryOf(context).FindAppAsync(RequireSlug(context), InstanceAddress.Of(context).Root));

    private async Task ShowVersionAsync(HttpContext context, string version, string? cacheControl) => await WriteAsync(
        context,
        await RegistryOf(context).FindVersionAsync(RequireSlug(context), version, InstanceAddress.Of(context).Root),
        cacheControl);

    private async Task SendPictureAsync(HttpContext context, string picture)
    {
        var version = context.GetRouteValue("version") as string;
        var name = context.GetRouteValue("name") is string shot ? $"screenshots/{shot}" : picture;
        var answer = await RegistryOf(context).FindPictureAsync(RequireSlug(context), version, name);

        // Whatever the registry says it is: a picture runs no scripts.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none';style-src 'unsafe-inline';sandbox";
        await WriteAsync(context, answer, version is null ? ADay : Forever);
    }

    private async Task DownloadAsync(HttpContext context)
    {
        var slug = RequireSlug(context);
        if (await RegistryOf(context).KeepShippedAsync(slug, VersionOf(context)) is not { } package
            || !await AppTarball.SendAsync(context, files, package, slug))
        {
            throw ApiException.NoRoute();
        }
    }

    private IRegistryGrain RegistryOf(HttpContext context) => grains.RegistryOf(context.Instance());

    private static string RequireSlug(HttpContext context) =>
        context.GetRouteValue("slug") is string slug && AppSlug.IsValid(slug) ? slug : throw ApiException.NoRoute();

    private static string VersionOf(HttpContext context) => (string)context.GetRouteValue("version")!;

    private static async Task WriteAsync(HttpContext context, RegistryAnswer? answer, string? cacheControl = null)
    {
        if (answer is null)
            throw ApiException.NoRoute();
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        if (cacheControl is not null)
            context.Response.Headers.CacheControl = cacheControl;
        await context.Response.BodyWriter.WriteAsync(answer.Body, context.RequestAborted);
    }
}
