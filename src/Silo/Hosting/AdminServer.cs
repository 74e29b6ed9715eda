using Cozy.Grains.Jobs;
using Cozy.Silo.Backups;
using Cozy.Silo.Configuration;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Cozy.Web.Admin;
using Cozy.Web.Instances;
using Microsoft.Extensions.Options;

namespace Cozy.Silo.Hosting;

/// <summary>
/// The admin API: an application of its own inside the process, with its own addresses and pipeline, so that no
/// mistake in the public one can open it.
/// </summary>
internal sealed class AdminServer(IServiceProvider outer, Settings settings, AdminSecret? secret) : IHostedService, IAsyncDisposable
{
    private readonly WebApplication _app = Build(outer, settings, secret);

    /// <summary>The addresses it listens on, once it is started.</summary>
    public ICollection<string> Urls => _app.Urls;

    public Task StartAsync(CancellationToken cancellationToken) => _app.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static WebApplication Build(IServiceProvider outer, Settings settings, AdminSecret? secret)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(settings.Server.AdminUrls).ConfigureKestrel(Kestrel.Configure);
        builder.Services
            .AddRouting()
            .AddSingleton<IHostLifetime, NoLifetime>()
            .AddSingleton(outer.GetRequiredService<ILoggerFactory>())
            .AddSingleton(outer.GetRequiredService<IGrainFactory>())
            .AddSingleton(outer.GetRequiredService<WorkerTypes>())
            .AddSingleton(outer.GetRequiredService<IDocumentStore>())
            .AddSingleton(outer.GetRequiredService<IBlobStore>())
            .AddSingleton(outer.GetRequiredService<TimeProvider>())
            .AddSingleton(outer.GetRequiredService<InstanceCache>())
            .AddSingleton(Options.Create(settings.Web))
            .AddSingleton(Options.Create(settings.Contexts))
            .AddCozyAdmin()
            .AddMetricsOutput(settings.Metrics);
        var app = builder.Build();
        app.UseCozyAdmin(secret);
        app.MapPrometheusScrapingEndpoint("/metrics");
        new BackupEndpoint(
            outer.GetRequiredService<IGrainFactory>(),
            outer.GetRequiredService<IDocumentStore>(),
            settings,
            outer.GetRequiredService<TimeProvider>()).Map(app);
        return app;
    }

    // Signals are for the application around this one.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
