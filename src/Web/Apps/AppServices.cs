using Cozy.Web.Apps.Serving;
using Cozy.Web.Http;
using Cozy.Web.Intents;
using Cozy.Web.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Apps;

/// <summary>Composes what installs and serves apps.</summary>
internal static class AppServices
{
    public static IServiceCollection AddApps(this IServiceCollection services) => services
        .AddSingleton<AppFiles>()
        .AddSingleton<AppIndex>()
        .AddSingleton<DevelopmentServer>()
        .AddSingleton<AppServer>()
        .AddSingleton<AppIntentFrames>()
        .AddSingleton<AppIconHandler>()
        .AddSingleton<AppDownloadHandler>()
        .AddSingleton<AppOpenHandler>()
        .AddSingleton<RegistryEndpoints>()
        .AddSingleton<IntentStore>()
        .AddSingleton<IntentEndpoints>()
        .AddSingleton<AppLogHandler>()
        .AddSingleton<ConnectorTriggerHandler>()
        .AddSingleton<AppOperationHandler>()
        .AddSingleton<AppEndpoints>();

    /// <summary>Answers requests to the hosts of apps, within the same bounds per instance as the API.</summary>
    public static IApplicationBuilder UseAppHosts(this IApplicationBuilder app)
    {
        var hosts = app.New();
        hosts.UseMiddleware<FairnessMiddleware>();
        hosts.Run(context => context.RequestServices.GetRequiredService<AppServer>().ServeAsync(context));
        RequestDelegate serve = hosts.Build();
        return app.UseMiddleware<AppHostMiddleware>(serve);
    }
}
