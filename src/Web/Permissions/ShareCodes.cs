using Cozy.Grains.Permissions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Permissions;

/// <summary>Finds the link whose code is in the address of an app's page (<c>?sharecode=</c>).</summary>
internal sealed class ShareCodes(IGrainFactory grains, GuessLimits guesses, TimeProvider time)
{
    /// <summary>The code in the address; empty when there is none.</summary>
    public static string Of(HttpContext context) => context.Request.Query["sharecode"].ToString();

    /// <summary>The link; null when there is no such code, or its link has ended. Guesses are limited as everywhere.</summary>
    /// <exception cref="Errors.ApiException">429.</exception>
    public async Task<PermissionDocument?> FindAsync(HttpContext context)
    {
        var code = Of(context);
        if (code.Length == 0)
            return null;

        var permissions = grains.GetGrain<IPermissionsGrain>(context.Instance().Id);
        if (ShortCode.From(code) is not { } shortCode)
            return Current(await permissions.FindByCodeAsync(code));

        guesses.RequireLeft(context);
        var link = Current(await permissions.FindByShortCodeAsync(shortCode));
        if (link is null)
            await guesses.CountAsync(context);
        return link;
    }

    private PermissionDocument? Current(PermissionDocument? link) => link?.IsExpired(time.GetUtcNow()) == true ? null : link;
}
