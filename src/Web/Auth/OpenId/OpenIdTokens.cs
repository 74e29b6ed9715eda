using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Cozy.Web.Auth.OpenId;

/// <summary>Checks tokens that a provider has signed for us.</summary>
internal sealed class OpenIdTokens(OpenIdProviders providers)
{
    private const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan OldestLogout = TimeSpan.FromMinutes(10);
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>The claims of an identity token; null when it is not good for this sign-in.</summary>
    /// <exception cref="OpenIdException">The provider cannot be asked for its keys.</exception>
    public async Task<ClaimsIdentity?> ReadIdentityAsync(OpenIdProvider provider, string token, string nonce, CancellationToken cancellationToken) =>
        await ValidateAsync(provider, token, needsEnd: true, cancellationToken) is { } claims && claims.FindFirst("nonce")?.Value == nonce
            ? claims
            : null;

    /// <summary>The claims of a token by which the provider logs somebody out; null when it is not good.</summary>
    /// <exception cref="OpenIdException">The provider cannot be asked for its keys.</exception>
    public async Task<ClaimsIdentity?> ReadLogoutAsync(OpenIdProvider provider, string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await ValidateAsync(provider, token, needsEnd: false, cancellationToken) is not { } claims)
            return null;

        var read = Handler.ReadJsonWebToken(token);
        var isLogout = read.TryGetPayloadValue<System.Text.Json.JsonElement>("events", out var events)
            && events.ValueKind == System.Text.Json.JsonValueKind.Object && events.TryGetProperty(LogoutEvent, out _);

        // An identity token can never be taken for one, and an old one not be sent again.
        return isLogout && claims.FindFirst("nonce") is null && (now - read.IssuedAt).Duration() < OldestLogout ? claims : null;
    }

    private async Task<ClaimsIdentity?> ValidateAsync(OpenIdProvider provider, string token, bool needsEnd, CancellationToken cancellationToken)
    {
        var described = await providers.DescribeAsync(provider, anew: false, cancellationToken);
        var result = await Handler.ValidateTokenAsync(token, Rules(provider, described, needsEnd));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // Providers change their keys.
            described = await providers.DescribeAsync(provider, anew: true, cancellationToken);
            result = await Handler.ValidateTokenAsync(token, Rules(provider, described, needsEnd));
        }

        return result.IsValid ? result.ClaimsIdentity : null;
    }

    private static TokenValidationParameters Rules(OpenIdProvider provider, OpenIdConnectConfiguration described, bool needsEnd) => new()
    {
        ValidIssuer = described.Issuer,
        ValidAudience = provider.ClientId,
        IssuerSigningKeys = described.SigningKeys,
        RequireExpirationTime = needsEnd,
        ClockSkew = Skew,
    };
}
