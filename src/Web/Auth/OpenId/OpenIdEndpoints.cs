using Cozy.Web.Access;
using Cozy.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Auth.OpenId;

/// <summary>Signing in at an external OpenID provider: <c>/oidc</c>.</summary>
internal sealed class OpenIdEndpoints(OpenIdHandlers handlers, OpenIdLogout logout)
{
    /// <summary>Where the provider sends browsers.</summary>
    public const string RedirectPath = "/oidc/redirect";

    /// <summary>Stands for the session at a provider that does not name its sessions.</summary>
    public const string UnnamedSession = "-";

    /// <summary>Registers what the routes need.</summary>
    public static IServiceCollection Register(IServiceCollection services)
    {
        services.AddOptions<OpenIdOptions>();
        return services
            .AddSingleton<OpenIdProviders>()
            .AddSingleton<OpenIdTokens>()
            .AddSingleton<OpenIdClient>()
            .AddSingleton<OpenIdAttempts>()
            .AddSingleton<OpenIdHandlers>()
            .AddSingleton<OpenIdLogout>()
            .AddSingleton<OpenIdEndpoints>();
    }

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/oidc/start", (Delegate)handlers.StartAsync)
            .Public("Sends the browser to the provider that the operator has configured.");
        routes.MapGet(RedirectPath, (Delegate)handlers.Return)
            .AnyHost().Public("Sends the browser on to the instance that a sealed state names.");
        routes.MapGet("/oidc/login", (Delegate)handlers.LogInAsync)
            .Public("Guarded by the provider's signature, and a cookie of the browser that began.");
        routes.MapPost("/oidc/logout", (Delegate)((HttpContext context) => logout.PostAsync(context, null)))
            .AnyHost().LimitsEntries().Public("Guarded by the provider's signature; ends sessions only.");
        routes.MapPost("/oidc/{context}/logout", (HttpContext http, string context) => logout.PostAsync(http, context))
            .AnyHost().LimitsEntries().Public("Guarded by the provider's signature; ends sessions only.");
    }
}
