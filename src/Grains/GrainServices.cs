using Cozy.Grains.Apps;
using Cozy.Grains.Apps.Packages;
using Cozy.Grains.Apps.Registry;
using Cozy.Grains.Apps.Sources;
using Cozy.Grains.Apps.Updates;
using Cozy.Grains.Auth;
using Cozy.Grains.Contexts;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Files;
using Cozy.Grains.Jobs;
using Cozy.Grains.Mail;
using Cozy.Grains.OAuth;
using Cozy.Grains.Pdf;
using Cozy.Grains.Realtime;
using Cozy.Grains.Thumbnails;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Grains;

/// <summary>
/// What the grains need from the container besides the two stores, a <see cref="TimeProvider"/> and ASP.NET's data
/// protection, with keys that all silos share and that outlive the process.
/// </summary>
public static class GrainServices
{
    /// <summary>Registers the grains' own services.</summary>
    public static IServiceCollection AddCozyGrains(this IServiceCollection services)
    {
        services.AddOptions<AppsOptions>();
        services.AddOptions<AuthOptions>();
        services.AddOptions<ContextsOptions>();
        services.AddOptions<FileTreeOptions>();
        services.AddOptions<MailOptions>();
        services.AddOptions<OAuthOptions>();
        return services
            .AddSingleton<DocumentCacheBudget>()
            .AddSingleton<EventServices>()
            .AddSingleton<PassphraseHasher>()
            .AddSingleton<SmtpTransport>()
            .AddSingleton<MailSeal>()
            .AddSingleton<OwnerMails>()
            .AddSingleton<Accounts.ConnectorAccounts>()
            .AddWorker<SendmailWorker>()
            .AddSingleton<AppDownloads>()
            .AddSingleton<RegistryCache>()
            .AddSingleton<AppRegistries>()
            .AddSingleton<BundledApps>()
            .AddSingleton<DefaultApps>()
            .AddSingleton<PackageFetcher>()
            .AddSingleton<AppSources>()
            .AddSingleton<PackageStore>()
            .AddSingleton<PackageSweeper>()
            .AddSingleton<ThumbnailWorkers>()
            .AddSingleton<IPdfPages, PdfPages>()
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>, AppWakeup>()
            .AddJobs();
    }
}
