using Cozy.Grains.Alarms;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.Mail;
using Cozy.Grains.Realtime;
using Cozy.Grains.Tests.Jobs;
using Cozy.Storage.Blobs;
using Cozy.Storage.Blobs.LocalDisk;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;
using Cozy.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;
using Xunit;

[assembly: AssemblyFixture(typeof(Cozy.Grains.Tests.TestSilo))]

namespace Cozy.Grains.Tests;

/// <summary>One silo with the real stores for all tests; each test makes instances of its own.</summary>
public class TestSilo : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cozy-grains-").FullName;
    private InProcessTestCluster _cluster = null!;

    public IGrainFactory Grains => _cluster.Client;

    public IDocumentStore Documents { get; private set; } = null!;

    public IBlobStore Blobs { get; private set; } = null!;

    public MailCatcher Mails { get; private set; } = null!;

    /// <summary>The clock of the silo.</summary>
    protected virtual TimeProvider Time => TimeProvider.System;

    /// <summary>The services of the silo.</summary>
    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    public async ValueTask InitializeAsync()
    {
        (Documents, Blobs) = await OpenStoresAsync(_folder);
        Documents = FailingStore.Around(Documents);
        Mails = await MailCatcher.StartAsync();
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.Services
            .AddSingleton(Time)
            .AddSingleton(Documents)
            .AddSingleton(Blobs)
            .Configure<RealtimeOptions>(options => options.Heartbeat = TimeSpan.FromSeconds(0.5))
            .AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider())
            .AddCozyGrains()
            .AddWorker<ProbeWorker>()
            .Configure<JobsOptions>(options =>
            {
                options.ExternalWorkers.Add("outside");
                (options.KeepLast, options.PollTime) = (3, TimeSpan.FromSeconds(1));
            })
            .Configure<AlarmsOptions>(options => options.Interval = TimeSpan.FromSeconds(0.5))
            .Configure<MailOptions>(options =>
            {
                (options.Host, options.Port, options.Security) = ("127.0.0.1", Mails.SmtpPort, MailSecurity.None);
                options.RetryInterval = TimeSpan.FromMilliseconds(50);
            }));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _cluster.DisposeAsync();
        await Documents.DisposeAsync();
        await Blobs.DisposeAsync();
        await Mails.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Opens the stores.</summary>
    protected virtual Task<(IDocumentStore Documents, IBlobStore Blobs)> OpenStoresAsync(string folder) =>
        Task.FromResult<(IDocumentStore, IBlobStore)>((
            new SqliteDocumentStore(new SqliteDocumentOptions { Directory = Path.Combine(folder, "documents") }),
            new LocalDiskBlobStore(new LocalDiskOptions { Directory = Path.Combine(folder, "files") })));

    /// <summary>A domain no other test uses.</summary>
    public static string NewDomain() => $"{Guid.NewGuid():N}.localhost";

    /// <summary>Creates an instance of its own for a test.</summary>
    public async Task<Instance> CreateInstanceAsync(Func<NewInstance, NewInstance>? change = null)
    {
        var request = new NewInstance { Domain = NewDomain() };
        request = change?.Invoke(request) ?? request;
        return await Grains.GetGrain<IInstanceGrain>(Cozy.Grains.Domains.DomainName.InstanceId(request.Domain))
            .CreateAsync(request);
    }

    /// <summary>A reference by which grains call an observer, which the caller must keep.</summary>
    public IRealtimeObserver Observe(IRealtimeObserver observer) => Grains.CreateObjectReference<IRealtimeObserver>(observer);

    public T Of<T>(Instance instance)
        where T : IGrainWithStringKey => Grains.GetGrain<T>(instance.Id);
}
