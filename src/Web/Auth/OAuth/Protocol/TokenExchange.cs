using Cozy.Grains.OAuth;
using Cozy.Web.Auth.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>
/// Grants a token request whose checks are passed. A code is used up before there are tokens: if anything fails then, the
/// owner has to agree again, but nobody ever gets tokens twice.
/// </summary>
internal sealed class TokenExchange : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        var http = context.Http();
        var grant = OAuthGrant.Of(http);
        if (context.Request.IsAuthorizationCodeGrantType())
        {
            if (!await context.Clients().RedeemCodeAsync(context.Request.Code!))
            {
                context.Reject("invalid code");
                return;
            }
        }
        else
        {
            grant = grant with { Scope = http.Features.Get<ReadToken>()!.Token.ScopeText ?? string.Empty };
        }

        if (grant.Client.LinkedApp is { } slug)
            grant = grant with { Scope = LinkedAppScope.Of(slug) };
        http.Features.Set(grant);
        await context.Clients().NoteAsync(grant.Client.Id, OAuthClientUse.Refreshed);
        context.SignIn(OAuthGrant.PrincipalOf(grant.Client.Id));
    }
}

/// <summary>
/// A code gives a refresh token along with the access token, whatever the scope; a refresh token stays good and gives no
/// other.
/// </summary>
internal sealed class RefreshTokenRule : IOpenIddictServerHandler<ProcessSignInContext>
{
    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        context.GenerateRefreshToken = context.IncludeRefreshToken =
            context.EndpointType == OpenIddictServerEndpointType.Token && context.Request!.IsAuthorizationCodeGrantType();
        return default;
    }
}
