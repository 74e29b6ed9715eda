using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>
/// The first step of a token request: its parameters are there, and the client is who it says. The texts are those that
/// clients of cozy-stack know. OpenIddict's own steps follow: whose code it is, PKCE, where the code was sent.
/// </summary>
internal sealed class TokenRequestRules(IGrainFactory grains) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (MissingParameter(context.Request) is { } missing)
            Refuse(context, $"the {missing} parameter is mandatory");
        else if (await context.Clients().FindAsync(context.Request.ClientId!) is not { } client)
            Refuse(context, "the client must be registered");
        else if (!ClientSecret.Is(client, context.Request.ClientSecret))
            Refuse(context, "invalid client_secret");
        else if (client.LinkedApp is { } slug && !await IsInstalledAsync(context, slug))
            Refuse(context, $"{slug} is not installed");
        else
            CheckGrant(context, client);
    }

    private static void CheckGrant(ValidateTokenRequestContext context, Grains.OAuth.OAuthClient client)
    {
        var request = context.Request;
        if (!request.IsAuthorizationCodeGrantType() && !request.IsRefreshTokenGrantType())
            Refuse(context, "invalid grant type");
        else if (request.IsAuthorizationCodeGrantType() && string.IsNullOrEmpty(request.Code))
            Refuse(context, "the code parameter is mandatory");
        else if (request.IsRefreshTokenGrantType() && string.IsNullOrEmpty(request.RefreshToken))
            Refuse(context, "invalid refresh token");
        else
            context.Http().Features.Set(new OAuthGrant(client, string.Empty));
    }

    private static string? MissingParameter(OpenIddictRequest request) =>
        string.IsNullOrEmpty(request.GrantType) ? "grant_type"
        : string.IsNullOrEmpty(request.ClientId) ? "client_id"
        : string.IsNullOrEmpty(request.ClientSecret) ? "client_secret"
        : null;

    private static void Refuse(ValidateTokenRequestContext context, string error) => context.Reject(error);

    private async Task<bool> IsInstalledAsync(ValidateTokenRequestContext context, string slug) =>
        await LinkedApp.FindAsync(grains, context.Http(), slug) is not null;
}
