using System.Security.Cryptography;
using Cozy.Web.Auth.OAuth.Clients;
using Cozy.Web.Auth.OAuth.Consent;
using Cozy.Web.Auth.OAuth.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Cozy.Web.Auth.OAuth;

/// <summary>
/// OAuth 2. OpenIddict carries the protocol in its degraded mode, which asks none of its stores: clients and codes are
/// documents of the instance, tokens are cozy-stack's. The steps that are ours are listed here, with their places among
/// OpenIddict's.
/// </summary>
internal static class OAuthServices
{
    // OpenIddict's own steps are numbered from int.MinValue + 100,000 on, those that answer over HTTP from 100,000 on.
    private const int First = int.MinValue + 50_000;
    private const int BeforeReadingTokens = int.MinValue + 101_500;
    private const int AfterChoosingTokens = int.MinValue + 107_500;
    private const int BeforeAnswering = 50_000;
    private const int Last = int.MaxValue - 1;

    private static readonly TimeSpan AccessTokenLifetime = Tokens.TokenRules.LifetimeOf(Tokens.TokenAudience.Access, hasSession: false)!.Value;

    /// <summary>Registers OAuth 2.</summary>
    public static IServiceCollection AddOAuth(this IServiceCollection services)
    {
        services.AddOptions<Grains.OAuth.OAuthOptions>();
        services.AddLogging(logging => logging.AddFilter("OpenIddict", LogLevel.Error));
        services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode().DisableScopeValidation()
                .AllowAuthorizationCodeFlow().AllowRefreshTokenFlow()
                .SetAuthorizationEndpointUris("auth/authorize")
                .SetTokenEndpointUris("auth/access_token")
                .SetIntrospectionEndpointUris("auth/introspect")
                .SetRevocationEndpointUris("auth/revoke")
                .SetAccessTokenLifetime(AccessTokenLifetime)
                .Configure(Restrict);
            AddKeys(server);
            AddSteps(server);
            server.UseAspNetCore().DisableTransportSecurityRequirement().EnableAuthorizationEndpointPassthrough();
        });
        RemoveUnusedKeys(services);
        return services
            .AddSingleton<ConsentHandlers>()
            .AddSingleton<Certification>()
            .AddSingleton<RegistrationEndpoints>()
            .AddSingleton<ClientSettingsEndpoints>()
            .AddSingleton<OAuthEndpoints>();
    }

    private static void Restrict(OpenIddictServerOptions options)
    {
        options.CodeChallengeMethods.Remove(OpenIddictConstants.CodeChallengeMethods.Plain);
        options.ResponseModes.IntersectWith([OpenIddictConstants.ResponseModes.Query]);
        options.JsonWebKeySetEndpointUris.Clear();
        options.ClientAuthenticationMethods.IntersectWith(
            [OpenIddictConstants.ClientAuthenticationMethods.ClientSecretBasic, OpenIddictConstants.ClientAuthenticationMethods.ClientSecretPost]);
    }

    // OpenIddict does not start without keys of its own; nothing that leaves the process is made with them.
    private static void AddKeys(OpenIddictServerBuilder server) => server
        .AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)))
        .AddSigningKey(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)));

    // ASP.NET's authentication brings data protection along, which would write keys to the home folder at start; nothing here
    // is protected with them.
    private static void RemoveUnusedKeys(IServiceCollection services)
    {
        if (services.FirstOrDefault(service => service.ImplementationType?.Name == "DataProtectionHostedService") is { } keys)
            services.Remove(keys);
    }

    private static void AddSteps(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<ValidateAuthorizationRequestContext>(step => step.UseSingletonHandler<AuthorizationRequestRules>().SetOrder(First));
        server.AddEventHandler<ApplyAuthorizationResponseContext>(step => step.UseSingletonHandler<AuthorizationResponses>().SetOrder(BeforeAnswering));
        server.AddEventHandler<ValidateTokenRequestContext>(step => step.UseSingletonHandler<TokenRequestRules>().SetOrder(First));
        server.AddEventHandler<HandleTokenRequestContext>(step => step.UseSingletonHandler<TokenExchange>().SetOrder(0));
        server.AddEventHandler<ApplyTokenResponseContext>(step => step.UseSingletonHandler<TokenResponses>().SetOrder(BeforeAnswering));
        server.AddEventHandler<ProcessSignInContext>(step => step.UseSingletonHandler<RefreshTokenRule>().SetOrder(AfterChoosingTokens));
        server.AddEventHandler<ValidateTokenContext>(step => step.UseSingletonHandler<TokenValidation>().SetOrder(BeforeReadingTokens));
        server.AddEventHandler<GenerateTokenContext>(step => step.UseSingletonHandler<TokenGeneration>().SetOrder(First));
        server.AddEventHandler<ValidateIntrospectionRequestContext>(step => step.UseSingletonHandler<ClientRequestRules>().SetOrder(First));
        server.AddEventHandler<ValidateRevocationRequestContext>(step => step.UseSingletonHandler<ClientRequestRules>().SetOrder(First));
        server.AddEventHandler<HandleIntrospectionRequestContext>(step => step.UseSingletonHandler<TokenStatus>().SetOrder(0));
        server.AddEventHandler<HandleRevocationRequestContext>(step => step.UseSingletonHandler<TokenStatus>().SetOrder(0));
        server.AddEventHandler<HandleConfigurationRequestContext>(step => step.UseSingletonHandler<Discovery>().SetOrder(Last));
    }
}
