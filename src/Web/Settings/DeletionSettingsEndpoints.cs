using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Web.Access;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Settings;

/// <summary>Giving the instance up: <c>/settings/instance/deletion</c>. The owner is mailed a link; the page behind it does it.</summary>
internal sealed class DeletionSettingsEndpoints(IGrainFactory grains, OwnerSession owner)
{
    private const string SettingsSlug = "settings";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/settings/instance/deletion", (RequestDelegate)AskAsync).RequiresToken();
        routes.MapPost("/settings/instance/deletion/force", (RequestDelegate)ForceAsync).RequiresToken();
    }

    private async Task AskAsync(HttpContext context)
    {
        RequireSettings(context);
        await grains.GetGrain<IDeletionGrain>(context.Instance().Id).AskAsync(new Uri(owner.VisitorOf(context).Site!, "auth/deletion"));
        await SettingsAnswer.DoneAsync(context);
    }

    // Without a mail it is for whoever manages the instances to do, and nobody does so for this server.
    private static Task ForceAsync(HttpContext context)
    {
        RequireSettings(context);
        throw new CozyException(ErrorKind.Unavailable, "no_manager", "No manager of instances is configured.");
    }

    private static void RequireSettings(HttpContext context)
    {
        if (context.Caller().Token is not { Audience: TokenAudience.App, Subject: SettingsSlug })
            throw ApiException.Forbidden();
    }
}
