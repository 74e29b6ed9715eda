using Cozy.Grains.Permissions;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Cozy.Web.Auth.Tokens;

/// <summary>A token whose signature is good.</summary>
internal sealed record Token
{
    private readonly Lazy<PermissionSet?> _scopePermissions;

    private Token(TokenAudience audience, string? subject, string? scope, string? sessionId, DateTimeOffset? expires)
    {
        Audience = audience;
        Subject = subject;
        SessionId = sessionId;
        Expires = expires;
        _scopePermissions = new(() => ScopePermissions.Parse(scope));
    }

    /// <summary>What it is for.</summary>
    public TokenAudience Audience { get; }

    /// <summary>Who it is for, if it says so.</summary>
    public string? Subject { get; }

    /// <summary>The browser session it belongs to, if any.</summary>
    public string? SessionId { get; }

    /// <summary>From when on it is no longer good; null for never.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>What its scope allows; null when the scope is empty or malformed.</summary>
    public PermissionSet? Scope => _scopePermissions.Value;

    /// <summary>Takes what matters from the claims.</summary>
    public static Token From(JsonWebToken jwt, TokenAudience audience)
    {
        var session = Claim(jwt, "session_id");
        var lifetime = TokenRules.LifetimeOf(audience, session is not null);
        var issued = new DateTimeOffset(DateTime.SpecifyKind(jwt.IssuedAt, DateTimeKind.Utc));
        return new Token(audience, Claim(jwt, "sub"), Claim(jwt, "scope"), session, lifetime is { } span ? issued + span : null);
    }

    private static string? Claim(JsonWebToken jwt, string name) =>
        jwt.TryGetPayloadValue<string>(name, out var value) && !string.IsNullOrEmpty(value) ? value : null;
}
