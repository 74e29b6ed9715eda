using Cozy.Grains.Permissions;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>The installed web app that an OAuth client is another face of.</summary>
internal static class LinkedApp
{
    /// <summary>What the app may do; null when it is not installed.</summary>
    public static async Task<PermissionDocument?> FindAsync(IGrainFactory grains, HttpContext context, string slug) =>
        await grains.GetGrain<IPermissionsGrain>(context.Instance().Id)
            .FindBySourceAsync(PermissionTypes.App, $"io.cozy.apps/{slug}");
}
