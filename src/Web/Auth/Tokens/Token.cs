using Cozy.Grains.Permissions;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Cozy.Web.Auth.Tokens;

/// <summary>A token whose signature is good.</summary>
internal sealed record Token
{
    /// <summary>The claim of <see cref="Generation"/>; a token of the first has none, like those of cozy-stack.</summary>
    public const string GenerationClaim = "generation";

    private readonly Lazy<PermissionSet?> _scopePermissions;

    private Token(TokenAudience audience, string? subject, string? scope, string? sessionId)
    {
        Audience = audience;
        Subject = subject;
        ScopeText = scope;
        SessionId = sessionId;
        _scopePermissions = new(() => ScopePermissions.Parse(scope));
    }

    /// <summary>What it is for.</summary>
    public TokenAudience Audience { get; }

    /// <summary>Who it is for, if it says so.</summary>
    public string? Subject { get; }

    /// <summary>The browser session it belongs to, if any.</summary>
    public string? SessionId { get; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>From when on it is no longer good; null for never.</summary>
    public required DateTimeOffset? Expires { get; init; }

    /// <summary>Which generation of its client's tokens it belongs to; older ones are revoked.</summary>
    public int Generation { get; private init; }

    /// <summary>Its scope as it is written; null when it has none.</summary>
    public string? ScopeText { get; }

    /// <summary>What its scope allows; null when the scope is empty or malformed.</summary>
    public PermissionSet? Scope => _scopePermissions.Value;

    /// <summary>Takes what matters from the claims.</summary>
    public static Token From(JsonWebToken jwt, TokenAudience audience)
    {
        var session = Claim(jwt, "session_id");
        var lifetime = TokenRules.LifetimeOf(audience, session is not null);
        var issued = new DateTimeOffset(DateTime.SpecifyKind(jwt.IssuedAt, DateTimeKind.Utc));
        return new Token(audience, Claim(jwt, "sub"), Claim(jwt, "scope"), session)
        {
            Issued = issued,
            Expires = lifetime is { } span ? issued + span : null,
            Generation = jwt.TryGetPayloadValue<int>(GenerationClaim, out var generation) ? generation : 0,
        };
    }

    private static string? Claim(JsonWebToken jwt, string name) =>
        jwt.TryGetPayloadValue<string>(name, out var value) && !string.IsNullOrEmpty(value) ? value : null;
}
