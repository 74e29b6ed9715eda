using System.Security.Claims;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Instances;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using OAuthErrors = OpenIddict.Abstractions.OpenIddictConstants.Errors;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>Reads codes and tokens in place of OpenIddict: they are cozy-stack's documents and tokens.</summary>
internal sealed class TokenValidation(TokenReader tokens, IPermissionSource permissions) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        // Elsewhere a token of any kind may be asked about, but codes are nobody's business.
        var principal = context.EndpointType == OpenIddictServerEndpointType.Token
            && context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.AuthorizationCode)
            ? await ReadCodeAsync(context)
            : await ReadTokenAsync(context);
        if (principal is null)
            context.Reject(OAuthErrors.InvalidToken);
        else
            context.Principal = principal;
    }

    private static async Task<ClaimsPrincipal?> ReadCodeAsync(ValidateTokenContext context)
    {
        var http = context.Http();
        if (http.Features.Get<OAuthGrant>() is not { } grant || await context.Clients().FindCodeAsync(context.Token) is not { } code)
            return null;

        var principal = OAuthGrant.PrincipalOf(code.ClientId);
        principal.SetTokenType(TokenTypeIdentifiers.Private.AuthorizationCode);
        if (code.Challenge is { } challenge)
        {
            principal.SetClaim(Claims.Private.CodeChallenge, challenge);
            principal.SetClaim(Claims.Private.CodeChallengeMethod, CodeChallengeMethods.Sha256);
        }

        // Clients of cozy-stack do not repeat the address; one that does must say the same.
        if (!string.IsNullOrEmpty(context.Request?.RedirectUri))
            principal.SetClaim(Claims.Private.RedirectUri, code.RedirectUri);
        http.Features.Set(grant with { Scope = code.Scope });
        return principal;
    }

    private async Task<ClaimsPrincipal?> ReadTokenAsync(ValidateTokenContext context)
    {
        var http = context.Http();
        var reading = tokens.Read(http.Instance(), context.Token);
        if (reading.Token is not { Audience: TokenAudience.Access or TokenAudience.Refresh, Subject: { } clientId } token
            || await permissions.StandingAsync(http.Instance().Id, clientId) is not { } standing
            || standing.TokenGeneration != token.Generation)
        {
            return null;
        }

        var type = token.Audience == TokenAudience.Access ? TokenTypeIdentifiers.AccessToken : TokenTypeIdentifiers.RefreshToken;
        if (context.ValidTokenTypes.Count > 0 && !context.ValidTokenTypes.Contains(type))
            return null;

        var principal = OAuthGrant.PrincipalOf(clientId);
        principal.SetTokenType(type);
        principal.SetAudiences(clientId);
        principal.SetCreationDate(token.Issued);
        principal.SetExpirationDate(token.Expires);
        http.Features.Set(new ReadToken(token));
        return principal;
    }
}

/// <summary>The token that a request is about.</summary>
internal sealed record ReadToken(Token Token);
