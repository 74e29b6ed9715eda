using Cozy.Grains.OAuth;
using Cozy.Grains.Permissions;

namespace Cozy.Web.Auth.Tokens;

/// <summary>What the bearer of a good token may do, and where that is written.</summary>
/// <param name="Permissions">What they may do.</param>
/// <param name="Document">The document that says so; null when the token itself does.</param>
internal sealed record Grant(PermissionSet Permissions, PermissionDocument? Document)
{
    /// <summary>The OAuth client that shows the token; null for others.</summary>
    public OAuthClientStanding? Client { get; init; }

    /// <summary>Permissions that are in the token itself.</summary>
    public static Grant Of(PermissionSet scope) => new(scope, null);
}
