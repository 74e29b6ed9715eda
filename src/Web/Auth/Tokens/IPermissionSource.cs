using Cozy.Grains.OAuth;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Tokens;

/// <summary>Knows what the bearer of a good token may do.</summary>
internal interface IPermissionSource
{
    /// <summary>What the token's bearer may do.</summary>
    /// <param name="context">The request that carries the token.</param>
    /// <param name="token">The token, its signature being right.</param>
    /// <param name="text">The token as it was sent.</param>
    /// <exception cref="ApiException">The token gives nothing here.</exception>
    ValueTask<Grant> GrantAsync(HttpContext context, Token token, string text);

    /// <summary>The token, and what its bearer may do, for the short form of a link's code.</summary>
    /// <exception cref="ApiException">The code is unknown.</exception>
    ValueTask<(string Text, Grant Grant)> GrantShortCodeAsync(HttpContext context, string code);

    /// <summary>Whether an OAuth client's tokens are good, and for what; null when there is no such client.</summary>
    ValueTask<OAuthClientStanding?> StandingAsync(string instanceId, string clientId);
}
