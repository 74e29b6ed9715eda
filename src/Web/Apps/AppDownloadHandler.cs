using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Web.Access;
using Cozy.Web.Apps.Serving;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Apps;

/// <summary>Sends the files of an app as an archive: <c>GET /apps/:slug/download[/:version]</c>.</summary>
internal sealed class AppDownloadHandler(IGrainFactory grains, AppFiles files)
{
    private const string RegistryScheme = "registry://";

    /// <summary>Sends the archive, or the address of the one in the registry it came from.</summary>
    public async Task SendAsync(HttpContext context, AppKind kind)
    {
        var slug = AppEndpoints.RequireSlug(context);
        AppAccess.RequireRead(context.Caller(), kind, slug);
        var app = await grains.GetGrain<IAppsGrain>(context.Instance().Id).FindAsync(kind, slug) ?? throw AppEndpoints.NotInstalled();
        if (context.GetRouteValue("version") is string version && version != app.Version)
            throw new ApiException(ApiError.Api(412, "Another version is installed", "version"));

        if (await FindAtRegistryAsync(context, app) is { } address)
        {
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = address;
        }
        else if (app is not { IsReady: true, PackageId: { } package } || !await AppTarball.SendAsync(context, files, package, slug))
        {
            throw AppEndpoints.NotInstalled();
        }
    }

    /// <summary>The archive's address at a registry; null when it did not come from one, or is shipped with the program.</summary>
    private async Task<string?> FindAtRegistryAsync(HttpContext context, InstalledApp app)
    {
        var root = InstanceAddress.Of(context).Root;
        if (!app.Source.StartsWith(RegistryScheme, StringComparison.Ordinal)
            || await grains.RegistryOf(context.Instance()).FindVersionAsync(app.Slug, app.Version, root) is not { } answer)
        {
            return null;
        }

        using var json = JsonDocument.Parse(answer.Body);
        return json.RootElement.TryGetProperty("url", out var url) && url.GetString() is { } address
            && !address.StartsWith(root, StringComparison.Ordinal)
                ? address
                : null;
    }
}
