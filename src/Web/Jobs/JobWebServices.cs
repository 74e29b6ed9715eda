using Cozy.Web.Exports;
using Cozy.Web.Notifications;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Jobs;

/// <summary>Composes <c>/jobs</c>, <c>/notifications</c> and <c>/move/exports</c>.</summary>
internal static class JobWebServices
{
    /// <summary>Registers what the routes need.</summary>
    public static IServiceCollection AddJobRoutes(this IServiceCollection services) => services
        .AddSingleton<WaitingWorkers>()
        .AddSingleton<JobEndpoints>()
        .AddSingleton<SupportEndpoints>()
        .AddSingleton<NotificationEndpoints>()
        .AddSingleton<ExportArchive>()
        .AddSingleton<ExportEndpoints>()
        .AddSingleton<TriggerEndpoints>()
        .AddSingleton<WebhookEndpoint>()
        .AddSingleton<ExternalWorkers>()
        .AddSingleton<LeaseEndpoints>();

    /// <summary>Adds the routes.</summary>
    public static IEndpointRouteBuilder MapJobs(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<JobEndpoints>().Map(routes);
        services.GetRequiredService<SupportEndpoints>().Map(routes);
        services.GetRequiredService<NotificationEndpoints>().Map(routes);
        services.GetRequiredService<ExportEndpoints>().Map(routes);
        services.GetRequiredService<TriggerEndpoints>().Map(routes);
        services.GetRequiredService<WebhookEndpoint>().Map(routes);
        services.GetRequiredService<ExternalWorkers>().Map(routes);
        services.GetRequiredService<LeaseEndpoints>().Map(routes);
        return routes;
    }
}
