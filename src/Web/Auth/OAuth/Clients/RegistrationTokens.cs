using Cozy.Grains.OAuth;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.OAuth.Clients;

/// <summary>The token that lets a client, and nobody else, see and change its registration.</summary>
internal static class RegistrationTokens
{
    private const string Scheme = "Bearer ";

    /// <summary>Makes one.</summary>
    public static string Issue(this TokenIssuer issuer, Grains.Instances.Instance instance, OAuthClient client) =>
        issuer.Issue(instance, TokenAudience.Registration, client.Id, null);

    /// <summary>Whether the request carries that of this client.</summary>
    public static bool Carries(HttpContext context, TokenReader tokens, string clientId) =>
        Of(context) is { } text
        && tokens.Read(context.Instance(), text).Token is { Audience: TokenAudience.Registration } token
        && token.Subject == clientId;

    /// <summary>The token of a request; null when there is none.</summary>
    public static string? Of(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.Ordinal)
            ? header[Scheme.Length..].Trim()
            : null;
}
