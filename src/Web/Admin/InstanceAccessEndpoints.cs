using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Web.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Admin;

/// <summary>How the operator helps an owner to get in: the passphrase, the second factor, the sessions.</summary>
internal sealed class InstanceAccessEndpoints(IGrainFactory grains)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/instances/{domain}/passphrase", SetPassphraseAsync);
        routes.MapPost("/instances/{domain}/auth-mode", SetAuthModeAsync);
        routes.MapDelete("/instances/{domain}/sessions", EndSessionsAsync);
    }

    private async Task SetPassphraseAsync(HttpContext context, string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        var passphrase = (await AdminParameters.ReadAsync(context.Request))["Passphrase"];
        await grains.GetGrain<IPassphraseGrain>(instance.Id).SetAsync(passphrase ?? "", kdfIterations: null);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task SetAuthModeAsync(HttpContext context, string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        var mode = (await AdminParameters.ReadAsync(context.Request))["auth_mode"];
        if (mode is not (AuthModes.Basic or AuthModes.TwoFactorMail))
            throw CozyException.BadRequest("Unknown authentication mode");
        if (AuthModes.NameOf(instance.AuthMode) == mode)
        {
            await AdminJson.WriteAsync(
                context, AdminJson.Json, json => json.WriteStringValue($"Instance has already {mode} auth mode"));
            return;
        }

        var factor = grains.GetGrain<ISecondFactorGrain>(instance.Id);
        if (mode == AuthModes.Basic)
            await factor.TurnOffAsync(Visitor.Nobody);
        else
            await factor.UseMailAsync();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task EndSessionsAsync(HttpContext context, string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        await grains.GetGrain<IAuthGrain>(instance.Id).LogoutOthersAsync(keptSessionId: null);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
