using Cozy.Web.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Settings;

/// <summary>Composes <c>/settings</c>.</summary>
internal static class SettingsServices
{
    /// <summary>Registers what the routes need.</summary>
    public static IServiceCollection AddSettings(this IServiceCollection services) => services
        .AddSingleton<InstanceSettings>()
        .AddSingleton<FeatureFlags>()
        .AddSingleton<MobileAppPage>()
        .AddSingleton<InstanceSettingsEndpoints>()
        .AddSingleton<PassphraseSettingsEndpoints>()
        .AddSingleton<EmailSettingsEndpoints>()
        .AddSingleton<DeletionSettingsEndpoints>()
        .AddSingleton<SessionSettingsEndpoints>()
        .AddSingleton<AvatarEndpoints>()
        .AddSingleton<ServerSettingsEndpoints>();

    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapSettings(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<InstanceSettingsEndpoints>().Map(routes);
        services.GetRequiredService<PassphraseSettingsEndpoints>().Map(routes);
        services.GetRequiredService<EmailSettingsEndpoints>().Map(routes);
        services.GetRequiredService<DeletionSettingsEndpoints>().Map(routes);
        services.GetRequiredService<SessionSettingsEndpoints>().Map(routes);
        services.GetRequiredService<ServerSettingsEndpoints>().Map(routes);
        services.GetRequiredService<AvatarEndpoints>().Map(routes);
        return routes;
    }
}
