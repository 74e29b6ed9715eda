using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Errors;
using Cozy.Web.Apps;
using Cozy.Web.Auth.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Admin;

/// <summary>
/// The operator's way to an instance's apps: <c>/instances/:domain/apps</c> and <c>…/konnectors</c>. Installing and updating
/// answer when it is done.
/// </summary>
internal sealed class AppAdminEndpoints(IGrainFactory grains, IOptions<WebOptions> options)
{
    private const int MaxApps = 1000;

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var kind in new[] { AppKind.WebApp, AppKind.Connector })
        {
            var path = $"/instances/{{domain}}/{kind.RouteName()}";
            routes.MapGet(path, (HttpContext context, string domain) => ListAsync(context, kind, domain));
            routes.MapGet(path + "/{slug}", (HttpContext context, string domain, string slug) => ShowAsync(context, kind, domain, slug));
            routes.MapPost(path + "/{slug}", (HttpContext context, string domain, string slug) => RunAsync(context, kind, domain, slug, isUpdate: false));
            routes.MapPut(path + "/{slug}", (HttpContext context, string domain, string slug) => RunAsync(context, kind, domain, slug, isUpdate: true));
            routes.MapDelete(path + "/{slug}", (HttpContext context, string domain, string slug) => UninstallAsync(context, kind, domain, slug));
        }
    }

    private async Task ListAsync(HttpContext context, AppKind kind, string domain)
    {
        var (apps, address) = await AppsOfAsync(domain);
        var list = await apps.ListAsync(kind, null, MaxApps);
        await AdminJson.WriteAsync(context, AdminJson.JsonApi, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var app in list)
                AppResource.Write(json, app, address);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task ShowAsync(HttpContext context, AppKind kind, string domain, string slug)
    {
        var (apps, address) = await AppsOfAsync(domain);
        await WriteAsync(context, await apps.FindAsync(kind, slug) ?? throw AppEndpoints.NotInstalled(), address);
    }

    private async Task UninstallAsync(HttpContext context, AppKind kind, string domain, string slug)
    {
        var (apps, address) = await AppsOfAsync(domain);
        await WriteAsync(context, await apps.UninstallAsync(kind, slug) ?? throw AppEndpoints.NotInstalled(), address);
    }

    private async Task RunAsync(HttpContext context, AppKind kind, string domain, string slug, bool isUpdate)
    {
        var (apps, address) = await AppsOfAsync(domain);
        var parameters = await AdminParameters.ReadAsync(context.Request);
        var operation = new AppOperation
        {
            Id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture),
            Kind = kind,
            Slug = slug,
            IsUpdate = isUpdate,
            Source = parameters["Source"],
            Deactivated = parameters["Deactivated"] == "true",
            PermissionsAcked = parameters["PermissionsAcked"] == "true",
            Parameters = AppOperationHandler.ReadParameters(parameters["Parameters"], options.Value.MaxJsonDepth),
        };
        await apps.StartAsync(operation);
        var progress = new AppProgress(0, null, false, null);
        while (!progress.HasEnded)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            progress = await apps.WatchAsync(operation.Id, progress.Step);
        }

        if (progress.Failure is { } failure)
            throw failure;
        await WriteAsync(context, progress.App ?? throw CozyException.NotFound("The app is gone."), address);
    }

    private async Task<(IAppsGrain Apps, InstanceAddress Address)> AppsOfAsync(string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        return (grains.GetGrain<IAppsGrain>(instance.Id), InstanceAddress.Of(instance, null, options.Value));
    }

    private static Task WriteAsync(HttpContext context, InstalledApp app, InstanceAddress address) =>
        AdminJson.WriteAsync(context, AdminJson.JsonApi, (Utf8JsonWriter json) => AppResource.WriteDocument(json, app, address));
}
