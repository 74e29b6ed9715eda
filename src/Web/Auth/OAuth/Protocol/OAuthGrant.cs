using System.Collections.Immutable;
using System.Security.Claims;
using Cozy.Grains.OAuth;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>
/// What a client is given: put on the request by whatever decides it, read by what makes the tokens. The scope stays the
/// text that was asked for; OpenIddict, which would take it apart, gets a name in its place.
/// </summary>
/// <param name="Client">The client.</param>
/// <param name="Scope">What it may do.</param>
/// <param name="Challenge">The challenge of PKCE, for a code.</param>
/// <param name="RedirectUri">Where a code is sent.</param>
internal sealed record OAuthGrant(OAuthClient Client, string Scope, string? Challenge = null, string? RedirectUri = null)
{
    private const string ScopeName = "cozy";

    /// <summary>The grant of a request.</summary>
    public static OAuthGrant Of(HttpContext context) => context.Features.Get<OAuthGrant>()!;

    /// <summary>Who OpenIddict is to make tokens for.</summary>
    public static ClaimsPrincipal PrincipalOf(string clientId)
    {
        var identity = new ClaimsIdentity("cozy");
        identity.AddClaim(new Claim(OpenIddictConstants.Claims.Subject, clientId));
        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(ScopeName);
        principal.SetPresenters(ImmutableArray.Create(clientId));
        return principal;
    }
}
