using System.Security.Claims;
using Cozy.Grains.Auth;
using Cozy.Grains.Instances;
using Cozy.Web.Access;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Cozy.Web.Auth.OpenId;

/// <summary>The provider says that somebody logged out there: their sessions here end, too (OpenID Connect Back-Channel Logout).</summary>
internal sealed class OpenIdLogout(
    IGrainFactory grains, OpenIdProviders providers, OpenIdTokens tokens, InstanceCache instances, RightsCache rights, TimeProvider time)
{
    public async Task<IResult> PostAsync(HttpContext context, string? name)
    {
        context.Response.Headers.CacheControl = "no-store";
        var form = await AuthForm.ReadAsync(context.Request);
        var instance = await instances.FindAsync(context.Request.Host.Value ?? "");
        if ((name is null && instance is not null ? providers.Of(instance) : providers.InContext(name)) is not { } provider)
            return Refuse("No OpenID Connect is configured.");

        try
        {
            if (!new JsonWebTokenHandler().CanReadToken(form["logout_token"])
                || await tokens.ReadLogoutAsync(provider, form["logout_token"], time.GetUtcNow(), context.RequestAborted) is not { } claims)
            {
                return Refuse("invalid logout token");
            }

            instance ??= await FindAsync(provider, claims);
            if (instance is null || providers.Of(instance) != provider)
                return Refuse("unknown instance");
            return await EndAsync(instance, claims);
        }
        catch (OpenIdException)
        {
            return AuthJson.Error("the provider cannot be reached", StatusCodes.Status502BadGateway);
        }
    }

    private async Task<IResult> EndAsync(Instance instance, ClaimsIdentity claims)
    {
        var session = claims.FindFirst("sid")?.Value;

        // Without a session it is about the account; others' accounts have none here.
        if (session is null && claims.FindFirst("sub")?.Value is { } subject && instance.OidcId is { Length: > 0 } known && known != subject)
            return Refuse("unknown account");
        await grains.GetGrain<IAuthGrain>(instance.Id).LogoutProviderSessionsAsync(session);
        rights.Forget(instance.Id);
        return Results.Ok();
    }

    private async Task<Instance?> FindAsync(OpenIdProvider provider, ClaimsIdentity claims) =>
        provider.InstanceClaim.Length > 0 && OpenIdClient.DomainOf(provider, claims.FindFirst(provider.InstanceClaim)?.Value) is { } domain
            ? await instances.FindAsync(domain)
            : null;

    private static IResult Refuse(string error) => AuthJson.Error(error, StatusCodes.Status400BadRequest);
}
