using Cozy.Grains.Apps;
using Cozy.Web.Access;
using Cozy.Web.Apps.Serving;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Apps;

/// <summary>Sends the icon of an app: to the owner's browser, or to whoever may read the app's document.</summary>
internal sealed class AppIconHandler(IGrainFactory grains, CallerReader callers, AppFiles files)
{
    /// <summary><c>GET /apps/:slug/icon[/:version]</c>.</summary>
    public async Task SendAsync(HttpContext context, AppKind kind)
    {
        var slug = AppEndpoints.RequireSlug(context);
        if (await context.SessionAsync() is null)
            AppAccess.RequireRead(await callers.ReadAsync(context), kind, slug);

        var app = await grains.GetGrain<IAppsGrain>(context.Instance().Id).FindAsync(kind, slug);
        if (app is not { IsReady: true, PackageId: { } packageId }
            || IconOf(app) is not { } icon
            || await files.FindAsync(packageId, icon) is not { } file)
        {
            throw AppEndpoints.NotInstalled();
        }

        // The address tells the version, so that a new one is asked for under another.
        if (context.GetRouteValue("version") is string version)
            context.Response.Headers.CacheControl = version == app.Version ? "private, max-age=31536000, immutable" : "no-cache";
        await files.SendAsync(context, file);
    }

    private static string? IconOf(InstalledApp app) => JsonMembers.Text(app.Members, "icon")?.TrimStart('/');
}
