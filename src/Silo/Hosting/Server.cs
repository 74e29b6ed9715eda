using Cozy.Grains;
using Cozy.Grains.Apps;
using Cozy.Grains.Files;
using Cozy.Grains.Realtime;
using Cozy.Silo.CommandLine;
using Cozy.Silo.Configuration;
using Cozy.Web;
using Cozy.Web.Admin;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Cozy.Silo.Hosting;

/// <summary>The server: silo, public HTTP front and admin API in one process.</summary>
internal static class Server
{
    // After the last request, for grains to deactivate and stores to close.
    private static readonly TimeSpan SiloShutdownTime = TimeSpan.FromSeconds(20);

    /// <summary>Serves until a signal ends it.</summary>
    public static async Task RunAsync(Settings settings)
    {
        using var folder = settings.Cluster.IsCluster ? null : DataFolder.Open(settings.Server.Data);
        var secret = RequireSecret(settings);
        Listening.Require(settings.Server.Urls);
        Listening.Require(settings.Server.AdminUrls);
        await using var app = Build(settings, secret);
        await StartAsync(app);
        await AnnounceAsync(app, settings);
        await app.WaitForShutdownAsync();
    }

    private static AdminSecret? RequireSecret(Settings settings)
    {
        var path = settings.Admin.SecretFile ?? Path.Combine(settings.Server.Data, AdminSecretFile.DefaultName);
        var secret = AdminSecretFile.Read(path);
        if (secret is null && settings.Admin.SecretFile is not null)
            throw new ConfigurationException($"Admin:SecretFile: there is no file {path}; write it with 'cozy config passwd'.");
        if (secret is null && !Combinations.AreLoopback(settings.Server.AdminUrls))
        {
            throw new ConfigurationException(
                $"The admin API on {settings.Server.AdminUrls} needs a secret: write one with 'cozy config passwd {path}'.");
        }

        return secret;
    }

    private static WebApplication Build(Settings settings, AdminSecret? secret)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"{settings.Server.Urls};{WebServices.ProgramUrl}");
        Logs.Configure(builder.Logging, settings);
        builder.Services
            .Configure<HostOptions>(options => options.ShutdownTimeout = settings.Server.ShutdownTimeout + SiloShutdownTime)
            .AddSingleton(TimeProvider.System)
            .Configure<WebOptions>(settings.Configuration.GetSection(Sections.Web))
            .Configure<RealtimeOptions>(settings.Configuration.GetSection(Sections.Realtime))
            .AddSingleton(Options.Create(settings.OAuth))
            .AddSingleton(Options.Create(settings.OpenId))
            .Configure<FileTreeOptions>(settings.Configuration.GetSection($"{Sections.Files}:{nameof(FilesOptions.Tree)}"))
            .AddSingleton(Options.Create(settings.Auth))
            .AddSingleton(Options.Create(settings.Mail))
            .AddSingleton(Options.Create(settings.Thumbnails))
            .AddSingleton(Options.Create(settings.Jobs))
            .AddSingleton(Options.Create(settings.Triggers))
            .AddSingleton(Options.Create(settings.Alarms))
            .AddSingleton(Options.Create(settings.Apps))
            .AddSingleton(Options.Create(settings.Contexts))
            .AddSingleton(services => new Drain(
                services.GetRequiredService<IHostApplicationLifetime>(),
                settings.Server.ShutdownTimeout,
                services.GetRequiredService<TimeProvider>()))
            .AddCozyStores(settings)
            .AddCozyKeys(settings)
            .AddCozyGrains()
            .AddCozyWeb();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, NetworkMemory>();
        builder.WebHost.ConfigureKestrel((_, options) =>
        {
            Kestrel.Configure(options);
            options.ConfigureEndpointDefaults(endpoint =>
                endpoint.Use(options.ApplicationServices.GetRequiredService<Drain>().Wrap));
        });
        builder.UseOrleans(silo => SiloConfiguration.Configure(silo, settings.Cluster));
        // Started after the silo and before the public front, and stopped in the reverse order.
        builder.Services.AddSingleton(services => new AdminServer(services, settings, secret));
        builder.Services.AddHostedService(services => services.GetRequiredService<AdminServer>());
        builder.Services.AddHostedService<IdleMemory>();

        try
        {
            var app = builder.Build();
            app.UseCozyWeb();
            app.MapCozyWeb();
            return app;
        }
        catch (OptionsValidationException failure)
        {
            throw new ConfigurationException(failure.Message, failure);
        }
    }

    private static async Task StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception failure) when (StartFailure.Explain(failure) is { } reason)
        {
            // What did start, such as the silo, ends in order.
            await app.StopAsync();
            throw new CommandException(ExitCodes.Failure, reason, failure);
        }
    }

    private static async Task AnnounceAsync(WebApplication app, Settings settings)
    {
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        string[] addresses = [.. app.Urls.Where(url => url != WebServices.ProgramUrl)];
        var urls = string.Join(' ', addresses);
        var adminUrls = string.Join(' ', app.Services.GetRequiredService<AdminServer>().Urls);
        var link = settings.Server.FirstInstance ?? !settings.Cluster.IsCluster
            ? await FirstInstance.PrepareAsync(grains, addresses[0], settings.Web)
            : null;
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Cozy.Silo");
        if (settings.Log.Format == LogFormat.Json)
        {
            ServerLog.Ready(log, ProgramVersion.Current, urls, adminUrls);
            if (link is not null)
                ServerLog.WaitsForOwner(log, link);
            return;
        }

        Console.WriteLine($"cozy {ProgramVersion.Current} serves on {urls}, the admin API is on {adminUrls}");
        if (link is not null)
            Console.WriteLine($"Open {link} to choose your passphrase");
    }
}
