using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cozy.Grains.Accounts;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Cozy.Web.Accounts;

/// <summary>Gets tokens of providers (RFC 6749, 4.1.3 and 6).</summary>
internal sealed partial class ProviderTokens(TimeProvider time, ILogger<ProviderTokens> log) : IDisposable
{
    private const long MaxAnswerBytes = 1 << 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AllowAutoRedirect = false,
        UseCookies = false,
    })
    {
        MaxResponseContentBufferSize = MaxAnswerBytes,
        Timeout = Timeout,
    };

    /// <summary>Exchanges a code.</summary>
    /// <returns>The member <c>oauth</c> of the account, and what else the provider said.</returns>
    /// <exception cref="ApiException">502: the provider does not give a token.</exception>
    public async Task<(JsonObject OAuth, JsonObject Others)> RedeemAsync(
        AccountType type, string code, string redirectUri, string state, string? nonce, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string?>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirectUri,
        };
        if (!type.SkipsState)
            form["state"] = state;
        if (!string.IsNullOrEmpty(nonce))
            form["nonce"] = nonce;
        var (_, answer) = await AskAsync(type, form, cancellationToken);
        var oauth = new JsonObject();
        Take(answer, oauth);

        // The name that OpenID providers have for it.
        if (oauth["access_token"] is null && AccountMembers.Text(answer, "id_token") is { Length: > 0 } token)
        {
            oauth["access_token"] = token;
            answer.Remove("id_token");
        }

        return oauth["access_token"] is null ? throw Refused(type, answer) : (oauth, answer);
    }

    /// <summary>Renews the tokens of an account.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="oauth">Its member <c>oauth</c>, which is changed.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ApiException">401: the owner must let us in again; 502: the provider cannot be asked.</exception>
    public async Task RefreshAsync(AccountType type, JsonObject oauth, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string?>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = AccountMembers.Text(oauth, "refresh_token"),
        };
        var (isSuccess, answer) = await AskAsync(type, form, cancellationToken);
        if (!isSuccess && AccountMembers.Text(answer, "error") is "invalid_grant" or "invalid_token")
        {
            throw new ApiException(ApiError.Api(401, "OAuth refresh token is invalid or expired; reconnect account.")
                with
            { Code = "oauth_refresh_invalid_token" });
        }

        if (!isSuccess || answer["error"] is not null)
            throw Refused(type, answer);
        Take(answer, oauth);
    }

    public void Dispose() => _http.Dispose();

    // What an account keeps of an answer; the rest stays in it.
    private void Take(JsonObject answer, JsonObject oauth)
    {
        foreach (var name in new[] { "access_token", "refresh_token", "token_type" })
        {
            if (AccountMembers.Text(answer, name) is { Length: > 0 } value)
                oauth[name] = value;
            answer.Remove(name);
        }

        if (answer["expires_in"] is JsonValue lifetime && double.TryParse(
                lifetime.ToString(), System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < int.MaxValue)
        {
            oauth["expires_at"] = time.GetUtcNow().AddSeconds(seconds).UtcDateTime.ToString("O");
        }

        answer.Remove("expires_in");
    }

    private async Task<(bool IsSuccess, JsonObject Answer)> AskAsync(
        AccountType type, Dictionary<string, string?> form, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Request(type, form);
            using var response = await _http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return JsonNode.Parse(body) is JsonObject answer ? (response.IsSuccessStatusCode, answer) : throw Unusable(type, null);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Unusable(type, failure);
        }
    }

    private static HttpRequestMessage Request(AccountType type, Dictionary<string, string?> form)
    {
        var isBasic = type.TokenMode == "basic";
        if (!isBasic)
            (form["client_id"], form["client_secret"]) = (type.ClientId, type.ClientSecret);
        var request = type.TokenMode == "get"
            ? new HttpRequestMessage(HttpMethod.Get, QueryHelpers.AddQueryString(type.TokenEndpoint, form))
            : new HttpRequestMessage(HttpMethod.Post, type.TokenEndpoint) { Content = new FormUrlEncodedContent(form!) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (isBasic)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{type.ClientId}:{type.ClientSecret}")));
        }

        return request;
    }

    // What a provider says may have secrets in it: only the word that the standard has for the error is logged.
    private ApiException Refused(AccountType type, JsonObject answer)
    {
        var error = AccountMembers.Text(answer, "error") is { Length: < 100 } word && word.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? word : "no token";
        LogRefused(type.Name, error);
        return new ApiException(ApiError.Api(502, $"The provider gives no token: {error}"));
    }

    private ApiException Unusable(AccountType type, Exception? failure)
    {
        LogUnusable(failure, type.Name);
        return new ApiException(ApiError.Api(502, "The provider does not answer as it should."));
    }

    [LoggerMessage(1, LogLevel.Warning, "The provider of accounts of type {AccountType} gave no token: {Error}")]
    private partial void LogRefused(string accountType, string error);

    [LoggerMessage(2, LogLevel.Warning, "The provider of accounts of type {AccountType} does not answer as it should")]
    private partial void LogUnusable(Exception? failure, string accountType);
}
