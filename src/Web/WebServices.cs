using Cozy.Grains.Contexts;
using Cozy.Grains.Jobs;
using Cozy.Web.Access;
using Cozy.Web.Accounts;
using Cozy.Web.Apps;
using Cozy.Web.Auth.OAuth;
using Cozy.Web.Auth.OpenId;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Contacts;
using Cozy.Web.Data;
using Cozy.Web.Dav;
using Cozy.Web.Files;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Intents;
using Cozy.Web.Jobs;
using Cozy.Web.Permissions;
using Cozy.Web.Programs;
using Cozy.Web.Realtime;
using Cozy.Web.Registry;
using Cozy.Web.Settings;
using Cozy.Web.Status;
using Cozy.Web.Thumbnails;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Cozy.Web;

/// <summary>
/// Composes the HTTP face. The container must also have the two stores, an <see cref="IGrainFactory"/> and, if it is not
/// the system's, a <see cref="TimeProvider"/>.
/// </summary>
public static class WebServices
{
    /// <summary>
    /// An address that the server must have among its own, so that the programs of apps reach it. Nothing listens there for
    /// others.
    /// </summary>
    public const string ProgramUrl = ProgramTransport.Url;

    /// <summary>Registers the HTTP face and sets the server's limits.</summary>
    public static IServiceCollection AddCozyWeb(this IServiceCollection services, Action<WebOptions>? configure = null)
    {
        services.AddOptions<WebOptions>()
            .Validate(WebOptionsRules.AreLimitsPositive, "Web: sizes and times must be greater than zero.")
            .Validate(WebOptionsRules.AreProxiesReadable, "Web:TrustedProxies: an entry is neither an address nor a network.")
            .Validate(WebOptionsRules.AreConfirmationHostsReadable, "Web:ConfirmationHosts: an entry is not a host.")
            .Validate(WebOptionsRules.IsAccelLocationReadable, "Web:AccelLocation is no path with a slash at both ends.")
            .Validate(WebOptionsRules.ArePolicySourcesSafe, "Web:AppPolicySources: an entry is not one source.")
            .ValidateOnStart();
        if (configure is not null)
            services.Configure(configure);

        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ContextsOptions>();
        services.AddRouting();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelLimits>();
        services.AddSingleton<IConfigureOptions<ForwardedHeadersOptions>, TrustedProxies>();
        services.AddSingleton<ProgramTransport>();
        services.AddSingleton<IConnectionListenerFactory>(provider => provider.GetRequiredService<ProgramTransport>());
        services.AddSingleton<IProgramFront>(provider => provider.GetRequiredService<ProgramTransport>());
        services.AddSingleton<OwnerContact>().AddSingleton<ContactEndpoints>();
        return services.AddInstances().AddTokens().AddFeatures().AddRealtime().AddAuthPages().AddOAuth().AddOpenId().AddSettings().AddApps();
    }

    /// <summary>Adds what happens to every request, around the routes.</summary>
    public static IApplicationBuilder UseCozyWeb(this IApplicationBuilder app)
    {
        // Else the host puts ASP.NET's authentication before everything, as soon as a scheme is registered: OpenIddict
        // would examine every request, before its instance is known.
        app.Properties["__AuthenticationMiddlewareSet"] = true;
        if (app.ApplicationServices.GetRequiredService<IOptions<WebOptions>>().Value.TrustedProxies.Count > 0)
            app.UseForwardedHeaders();

        return app
            .UseMiddleware<ProgramMiddleware>()
            .UseMiddleware<EdgeMiddleware>()
            .UseAppHosts()
            .UseMiddleware<CorsMiddleware>()
            .UseRealtime()
            .UseRouting()
            .UseMiddleware<InstanceMiddleware>()
            .UseMiddleware<FairnessMiddleware>()
            .UseMiddleware<AccessMiddleware>();
    }

    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapCozyWeb(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<StatusEndpoints>().Map(routes);
        services.GetRequiredService<DataEndpoints>().Map(routes);
        services.GetRequiredService<AccountEndpoints>().Map(routes);
        services.GetRequiredService<ContactEndpoints>().Map(routes);
        routes.MapFiles();
        services.GetRequiredService<ThumbnailEndpoints>().Map(routes);
        services.GetRequiredService<DavEndpoints>().Map(routes);
        services.GetRequiredService<PermissionEndpoints>().Map(routes);
        services.GetRequiredService<SharePasswordEndpoint>().Map(routes);
        services.GetRequiredService<AppEndpoints>().Map(routes);
        services.GetRequiredService<RegistryEndpoints>().Map(routes);
        services.GetRequiredService<IntentEndpoints>().Map(routes);
        services.GetRequiredService<RealtimeEndpoints>().Map(routes);
        services.GetRequiredService<OAuthEndpoints>().Map(routes);
        services.GetRequiredService<OpenIdEndpoints>().Map(routes);
        return routes.MapJobs().MapAuthPages().MapSettings().MapCozyHealth();
    }

    /// <summary>Adds <c>/health/live</c> and <c>/health/ready</c> alone, for another listener.</summary>
    public static IEndpointRouteBuilder MapCozyHealth(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<HealthEndpoints>().Map(routes);
        return routes;
    }

    private static IServiceCollection AddOpenId(this IServiceCollection services) => OpenIdEndpoints.Register(services);

    private static IServiceCollection AddInstances(this IServiceCollection services) =>
        services.AddSingleton<InstanceCache>();

    private static IServiceCollection AddTokens(this IServiceCollection services) => services
        .AddSingleton<TokenIssuer>()
        .AddSingleton<TokenReader>()
        .AddSingleton<RightsCache>()
        .AddSingleton<IPermissionSource, PermissionSource>()
        .AddSingleton<EntryLimits>()
        .AddSingleton<GuessLimits>()
        .AddSingleton<CallerReader>();

    private static IServiceCollection AddFeatures(this IServiceCollection services) => services
        .AddSingleton<BackingServices>()
        .AddSingleton<StatusEndpoints>()
        .AddSingleton<HealthEndpoints>()
        .AddAccounts()
        .AddData()
        .AddFiles()
        .AddSingleton<ThumbnailSecrets>()
        .AddSingleton<ThumbnailEndpoints>()
        .AddDav()
        .AddSingleton<LinkCodes>()
        .AddSingleton<PermissionChanges>()
        .AddSingleton<PermissionLists>()
        .AddSingleton<PermissionEndpoints>()
        .AddSingleton<ShareCodes>()
        .AddSingleton<SharePasswordEndpoint>()
        .AddJobRoutes();
}
