using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Cozy.Web.Auth.OpenId;

/// <summary>Exchanges the code that a browser brought for the account it stands for.</summary>
internal sealed class OpenIdClient(OpenIdProviders providers, OpenIdTokens tokens)
{
    private const string Basic = "client_secret_basic";

    /// <summary>The account; null when the provider does not accept the code, or what it says is not for this sign-in.</summary>
    /// <exception cref="OpenIdException">The provider cannot be used.</exception>
    public async Task<OpenIdAccount?> RedeemAsync(
        OpenIdProvider provider, string code, string redirectUri, OpenIdAttempt attempt, CancellationToken cancellationToken)
    {
        var described = await providers.DescribeAsync(provider, anew: false, cancellationToken);
        using var request = TokenRequest(provider, described, new()
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = attempt.Verifier,
        });
        var (isSuccess, body) = await providers.SendAsync(provider, request, cancellationToken);
        if (!isSuccess || Text(body, "id_token") is not { } token
            || await tokens.ReadIdentityAsync(provider, token, attempt.Nonce, cancellationToken) is not { } claims
            || claims.FindFirst("sub")?.Value is not { Length: > 0 } subject)
        {
            return null;
        }

        var named = await NameOfInstanceAsync(provider, described, claims, subject, Text(body, "access_token"), cancellationToken);
        return new OpenIdAccount(subject, named, claims.FindFirst("sid")?.Value);
    }

    /// <summary>The instance that the claims name, as configured; null when they name none.</summary>
    public static string? DomainOf(OpenIdProvider provider, string? value) =>
        string.IsNullOrEmpty(value) ? null : $"{provider.InstancePrefix}{value}{provider.InstanceSuffix}";

    /// <summary>From the identity token, or else from what the provider says about the account when asked.</summary>
    private async Task<string?> NameOfInstanceAsync(
        OpenIdProvider provider, OpenIdConnectConfiguration described, ClaimsIdentity claims, string subject, string? accessToken,
        CancellationToken cancellationToken)
    {
        if (provider.InstanceClaim.Length == 0)
            return null;
        if (claims.FindFirst(provider.InstanceClaim)?.Value is { Length: > 0 } value)
            return DomainOf(provider, value);
        if (string.IsNullOrEmpty(described.UserInfoEndpoint) || accessToken is null)
            return null;

        using var request = new HttpRequestMessage(HttpMethod.Get, described.UserInfoEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        var (isSuccess, body) = await providers.SendAsync(provider, request, cancellationToken);

        // Of the same account, or it means nothing (OpenID Connect Core, 5.3.2).
        return isSuccess && Text(body, "sub") == subject ? DomainOf(provider, Text(body, provider.InstanceClaim)) : null;
    }

    private static HttpRequestMessage TokenRequest(
        OpenIdProvider provider, OpenIdConnectConfiguration described, Dictionary<string, string> form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, described.TokenEndpoint);
        var methods = described.TokenEndpointAuthMethodsSupported;
        if (methods.Count == 0 || methods.Contains(Basic))
        {
            var pair = $"{Uri.EscapeDataString(provider.ClientId)}:{Uri.EscapeDataString(provider.ClientSecret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        else
        {
            form["client_id"] = provider.ClientId;
            form["client_secret"] = provider.ClientSecret;
        }

        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    private static string? Text(byte[] body, string member)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(member, out var value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>An account at a provider.</summary>
/// <param name="Subject">Its id there.</param>
/// <param name="Domain">The instance it says is its owner's, if it says so.</param>
/// <param name="SessionId">The session there, which may end and then ends ours.</param>
internal sealed record OpenIdAccount(string Subject, string? Domain, string? SessionId);
