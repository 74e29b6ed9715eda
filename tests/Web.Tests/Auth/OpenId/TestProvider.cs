using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Cozy.Web.Tests.Auth.OpenId;

/// <summary>
/// An OpenID provider of somebody else's: a real OpenIddict server. Whoever it is asked about by <c>login_hint</c> is logged
/// in there; <c>nobody</c> refuses.
/// </summary>
public sealed class TestProvider : IAsyncDisposable
{
    public const string ClientId = "cozy";
    public const string ClientSecret = "the secret: of $a client";
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "test" };
    private WebApplication _app = null!;

    public string Issuer { get; private set; } = null!;

    public static async Task<TestProvider> StartAsync()
    {
        var provider = new TestProvider();
        await provider.RunAsync();
        return provider;
    }

    /// <summary>A token by which the provider logs an account, or one of its sessions, out.</summary>
    public string LogoutToken(string subject, string? session, Action<Dictionary<string, object>>? change = null)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer,
            ["aud"] = ClientId,
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["sub"] = subject,
            ["jti"] = Guid.NewGuid().ToString(),
            ["events"] = new Dictionary<string, object> { ["http://schemas.openid.net/event/backchannel-logout"] = new Dictionary<string, object>() },
        };
        if (session is not null)
            claims["sid"] = session;
        change?.Invoke(claims);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
        });
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode().AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange()
                .SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetUserInfoEndpointUris("userinfo")
                .RegisterScopes(Scopes.Profile)
                .AddSigningKey(_key)
                .AddEphemeralEncryptionKey();
            server.AddEventHandler<ValidateAuthorizationRequestContext>(step => step.UseInlineHandler(static context =>
            {
                if (context.ClientId != ClientId || context.RedirectUri?.EndsWith("/oidc/redirect", StringComparison.Ordinal) != true)
                    context.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }));
            server.AddEventHandler<ValidateTokenRequestContext>(step => step.UseInlineHandler(static context =>
            {
                if (context.ClientId != ClientId || context.ClientSecret != ClientSecret)
                    context.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }));
            server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableUserInfoEndpointPassthrough().DisableTransportSecurityRequirement();
        });
        _app = builder.Build();
        _app.UseAuthentication();
        _app.MapGet("/authorize", (Delegate)AuthorizeAsync);
        _app.MapGet("/userinfo", (Delegate)TellAsync);
        await _app.StartAsync();
        Issuer = _app.Urls.First() + "/";
    }

    private static async Task AuthorizeAsync(HttpContext context)
    {
        var account = context.GetOpenIddictServerRequest()!.LoginHint ?? "nobody";
        if (account == "nobody")
        {
            await context.ForbidAsync(Scheme);
            return;
        }

        var identity = new ClaimsIdentity("test");
        identity.SetClaim(Claims.Subject, account).SetClaim("sid", $"session-of-{account}");
        identity.SetDestinations(static _ => [Destinations.IdentityToken]);
        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(Scopes.OpenId, Scopes.Profile);
        await context.SignInAsync(Scheme, principal);
    }

    // The number of an account that has one: "n-1234-alice".
    private static async Task TellAsync(HttpContext context)
    {
        var told = await context.AuthenticateAsync(Scheme);
        var subject = told.Principal!.GetClaim(Claims.Subject)!;
        await context.Response.WriteAsJsonAsync(new { sub = subject, cozy_number = subject.Split('-') is [_, var number, _] ? number : null });
    }
}
