using System.Text;
using System.Text.Json;
using Cozy.Grains.Instances;
using Cozy.Web.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Cozy.Web.Auth.Tokens;

/// <summary>Signs tokens. A token is a JWT (HS512) with the claims and keys of cozy-stack.</summary>
public sealed class TokenIssuer(TimeProvider time)
{
    // Tokens have no "exp": how long one lives follows from its audience.
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Makes a token.</summary>
    /// <param name="instance">Whose secret signs it; its domain is the issuer.</param>
    /// <param name="audience">What it is for.</param>
    /// <param name="subject">Who it is for, as <see cref="TokenAudience"/> says; null for the command line.</param>
    /// <param name="scope">What it allows, for audiences whose permissions are in the token; else null.</param>
    /// <param name="sessionId">The browser session it lives and dies with, if it belongs to one.</param>
    /// <param name="uniqueId">Makes it differ from others made for the same subject in the same second (<c>jti</c>).</param>
    /// <param name="generation">For OAuth clients: which generation of the client's tokens it belongs to.</param>
    public string Issue(
        Instance instance, TokenAudience audience, string? subject, string? scope, string? sessionId = null, string? uniqueId = null,
        int generation = 0)
    {
        using var claims = new PooledBuffer(512);
        using (var json = new Utf8JsonWriter(claims))
        {
            json.WriteStartObject();
            json.WriteStartArray("aud");
            json.WriteStringValue(TokenRules.NameOf(audience));
            json.WriteEndArray();
            json.WriteNumber("iat", time.GetUtcNow().ToUnixTimeSeconds());
            json.WriteString("iss", instance.Domain);
            if (subject is not null)
                json.WriteString("sub", subject);
            if (scope is not null)
                json.WriteString("scope", scope);
            if (sessionId is not null)
                json.WriteString("session_id", sessionId);
            if (uniqueId is not null)
                json.WriteString("jti", uniqueId);
            if (generation > 0)
                json.WriteNumber(Token.GenerationClaim, generation);
            json.WriteEndObject();
        }

        var key = new SymmetricSecurityKey(TokenRules.SecretOf(instance, audience).ToArray());
        return Handler.CreateToken(
            Encoding.UTF8.GetString(claims.Written.Span), new SigningCredentials(key, SecurityAlgorithms.HmacSha512));
    }
}
