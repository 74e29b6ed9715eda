using Cozy.Grains.Alarms;
using Cozy.Grains.Apps;
using Cozy.Grains.Exports;
using Cozy.Grains.Jobs.Programs;
using Cozy.Grains.Jobs.Workers;
using Cozy.Grains.Notifications;
using Cozy.Grains.Triggers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Jobs;

/// <summary>Registers jobs, their workers, and what wakes them.</summary>
public static class JobRegistration
{
    /// <summary>Adds a worker that runs in the silos.</summary>
    public static IServiceCollection AddWorker<T>(this IServiceCollection services)
        where T : class, IWorker => services.AddSingleton<IWorker, T>();

    internal static IServiceCollection AddJobs(this IServiceCollection services)
    {
        services.AddOptions<JobsOptions>();
        services.AddOptions<AlarmsOptions>();
        services.AddOptions<TriggersOptions>();
        services.AddMetrics();
        return services
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>, AlarmsWakeup>()
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>, WorkerHost>()
            .AddSingleton<JobInstruments>()
            .AddSingleton<JobServices>()
            .AddSingleton(provider => new WorkerTypes(
                provider.GetServices<IWorker>().Select(worker => worker.Type), provider.GetRequiredService<IOptions<JobsOptions>>()))
            .AddSingleton<JobFiles>()
            .AddSingleton<OutsideConnections>()
            .AddSingleton<OutsideCalls>()
            .AddSingleton<ProcessStarter>()
            .AddSingleton<Sandbox>()
            .AddSingleton<ProgramFiles>()
            .AddSingleton<ProgramRunner>()
            .AddSingleton<ConnectorFolders>()
            .AddSingleton<IAppFollower, ServiceTriggers>()
            .AddSingleton<OutsideGateway>()
            .AddWorker<LogWorker>()
            .AddWorker<ZipWorker>()
            .AddWorker<UnzipWorker>()
            .AddWorker<ThumbnailWorker>()
            .AddWorker<TrashFilesWorker>()
            .AddWorker<CleanOldTrashedWorker>()
            .AddWorker<CleanClientsWorker>()
            .AddSingleton<ExportWriter>()
            .AddWorker<ExportWorker>()
            .AddWorker<CleanExportsWorker>()
            .AddWorker<WebhookWorker>()
            .AddWorker<ServiceWorker>()
            .AddWorker<ConnectorWorker>()
            .AddSingleton<IWorker>(provider => Gateway(provider, "push", false, options => (options.PushGateway, options.PushGatewayToken)))
            .AddSingleton<IWorker>(provider => Gateway(provider, "sms", true, options => (options.SmsGateway, options.SmsGatewayToken)));
    }

    private static GatewayWorker Gateway(
        IServiceProvider provider, string name, bool isReserved, Func<JobsOptions, (Uri? Address, string? Token)> choose)
    {
        var (address, token) = choose(provider.GetRequiredService<IOptions<JobsOptions>>().Value);
        return new GatewayWorker(
            name, isReserved, address, token, provider.GetRequiredService<OutsideGateway>(), provider.GetRequiredService<IGrainFactory>(),
            name == "push" ? instance => NotificationsGrain.DevicesAsync(provider.GetRequiredService<IGrainFactory>(), instance) : null);
    }
}
