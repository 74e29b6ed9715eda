using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Xunit;

[assembly: AssemblyFixture(typeof(Cozy.Web.Tests.Accounts.AccountProvider))]

namespace Cozy.Web.Tests.Accounts;

/// <summary>
/// A small OAuth 2 server of somebody else's: codes and refresh tokens are good once, for the redirect URI and the client
/// that they were given to. Whoever is asked with the scope <c>refuse</c> refuses.
/// </summary>
public sealed class AccountProvider : IAsyncLifetime
{
    public const string ClientId = "cozy";
    public const string ClientSecret = "p$ssword of the client";

    private readonly ConcurrentDictionary<string, string> _codes = new();
    private readonly ConcurrentDictionary<string, bool> _refreshTokens = new();
    private WebApplication _app = null!;
    private int _count;

    public string Address { get; private set; } = null!;

    /// <summary>Takes a refresh token back, as an owner does who shuts the connector out.</summary>
    public void Revoke(string refreshToken) => _refreshTokens.TryRemove(refreshToken, out _);

    /// <summary>What an operator writes to describe it.</summary>
    public string Description(string mode = "form") =>
        $$"""
        {"grant_mode":"authorization_code","client_id":"{{ClientId}}","client_secret":"{{ClientSecret}}","token_mode":"{{mode}}",
         "auth_endpoint":"{{Address}}/authorize?kind=test","token_endpoint":"{{Address}}/token","extras":{"prompt":"consent"} }
        """;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/authorize", Authorize);
        _app.MapMethods("/token", ["GET", "POST"], (Delegate)AnswerAsync);
        await _app.StartAsync();
        Address = _app.Urls.First();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Authorize(HttpContext context)
    {
        var query = context.Request.Query;
        if (query["client_id"] != ClientId || query["response_type"] != "code" || query["kind"] != "test" || query["prompt"] != "consent")
            return Results.BadRequest();
        var redirect = query["redirect_uri"].ToString();
        var answer = new Dictionary<string, string?> { ["state"] = query["state"] };
        if (query["scope"] == "refuse")
        {
            answer["error"] = "access_denied";
        }
        else
        {
            answer["code"] = $"code-{Guid.NewGuid():N}";
            _codes[answer["code"]!] = redirect;
        }

        return Results.Redirect(QueryHelpers.AddQueryString(redirect, answer));
    }

    private async Task<IResult> AnswerAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync()).ToDictionary(one => one.Key, one => one.Value.ToString())
            : context.Request.Query.ToDictionary(one => one.Key, one => one.Value.ToString());
        var basic = context.Request.Headers.Authorization.ToString() is { Length: > 6 } header
            ? Encoding.UTF8.GetString(Convert.FromBase64String(header[6..]))
            : $"{form.GetValueOrDefault("client_id")}:{form.GetValueOrDefault("client_secret")}";
        if (basic != $"{ClientId}:{ClientSecret}")
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);

        var isGood = form["grant_type"] == "authorization_code"
            ? _codes.TryRemove(form["code"], out var redirect) && redirect == form["redirect_uri"] && form.ContainsKey("state")
            : _refreshTokens.TryRemove(form["refresh_token"], out _);
        if (!isGood)
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        var number = Interlocked.Increment(ref _count);
        _refreshTokens[$"refresh-{number}"] = true;
        return Results.Json(new
        {
            access_token = $"access-{number}",
            refresh_token = $"refresh-{number}",
            token_type = "Bearer",
            expires_in = 3600,
            customer = 42,
        });
    }
}
