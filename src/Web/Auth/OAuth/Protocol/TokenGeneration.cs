using Cozy.Grains.OAuth;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Instances;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>Makes codes and tokens in place of OpenIddict: cozy-stack's documents, and its JWTs signed per instance.</summary>
internal sealed class TokenGeneration(TokenIssuer issuer) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        var grant = OAuthGrant.Of(context.Http());
        context.Token = context.TokenType switch
        {
            TokenTypeIdentifiers.Private.AuthorizationCode => await context.Clients().CreateCodeAsync(new AuthorizationCode
            {
                ClientId = grant.Client.Id,
                Scope = grant.Scope,
                Challenge = grant.Challenge,
                RedirectUri = grant.RedirectUri,
            }),
            TokenTypeIdentifiers.AccessToken => Issue(context, grant, TokenAudience.Access),
            TokenTypeIdentifiers.RefreshToken => Issue(context, grant, TokenAudience.Refresh),
            _ => throw new InvalidOperationException($"A token of the type {context.TokenType} is never made."),
        };
    }

    private string Issue(GenerateTokenContext context, OAuthGrant grant, TokenAudience audience) => issuer.Issue(
        context.Http().Instance(), audience, grant.Client.Id, grant.Scope, generation: grant.Client.TokenGeneration);
}
