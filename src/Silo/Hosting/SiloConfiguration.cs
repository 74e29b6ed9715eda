using System.Net;
using System.Net.Sockets;
using Cozy.Silo.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Cozy.Silo.Hosting;

/// <summary>How the silo of this process is set up: alone, or as one of a cluster.</summary>
internal static class SiloConfiguration
{
    private const int MaxMessageBytes = 8 * 1024 * 1024;

    public static void Configure(ISiloBuilder silo, ClusterModeOptions cluster)
    {
        silo.Configure<ClusterOptions>(options =>
        {
            options.ServiceId = cluster.ServiceId;
            options.ClusterId = cluster.ClusterId;
        });
        silo.Configure<SiloMessagingOptions>(options =>
        {
            // Contents of files and long lists have no business in a message: a mistake fails in a test.
            options.MaxMessageBodySize = MaxMessageBytes;
            options.ResponseTimeout = cluster.ResponseTimeout;
            options.CancelRequestOnTimeout = true;
        });
        // The default allocates 20 MiB for a million entries before the first request.
        silo.Configure<GrainDirectoryOptions>(options => options.CacheSize = 10_000);
        silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionAge = TimeSpan.FromMinutes(15);
            options.EnableActivationSheddingOnMemoryPressure = true;
        });

        if (cluster.IsCluster)
            JoinCluster(silo, cluster);
        else
            StayAlone(silo);
    }

    private static void StayAlone(ISiloBuilder silo)
    {
        var nowhere = new IPEndPoint(IPAddress.Loopback, EndpointOptions.DEFAULT_SILO_PORT);
        silo.UseDevelopmentClustering(nowhere);
        silo.ConfigureEndpoints(nowhere.Address, nowhere.Port, gatewayPort: 0, listenOnAnyHostAddress: false);
        silo.UseInMemoryReminderService();
        UnusedListener.ReplaceAll(silo.Services);
    }

    private static void JoinCluster(ISiloBuilder silo, ClusterModeOptions cluster)
    {
        var redis = ConfigurationOptions.Parse(cluster.Redis!);
        silo.UseRedisClustering(options => options.ConfigurationOptions = redis);
        silo.UseRedisReminderService(options => options.ConfigurationOptions = redis);

        var port = cluster.SiloPort == 0 ? FindFreePort() : cluster.SiloPort;
        var advertised = ClusterModeOptions.ParseAddress("Cluster:AdvertisedAddress", cluster.AdvertisedAddress);
        var listening = ClusterModeOptions.ParseAddress("Cluster:ListenAddress", cluster.ListenAddress) ?? advertised;
        silo.Configure<EndpointOptions>(options =>
        {
            options.SiloPort = port;
            // Every silo has the web front inside: nobody else needs a way in.
            options.GatewayPort = 0;
            if (advertised is not null)
                options.AdvertisedIPAddress = advertised;
            if (listening is not null)
                options.SiloListeningEndpoint = new IPEndPoint(listening, port);
        });
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            // With the defaults a killed silo's grains are out of reach for some 15 seconds.
            options.ProbeTimeout = cluster.ProbeTimeout;
            options.NumMissedProbesLimit = cluster.MissedProbes;
            options.NumVotesForDeathDeclaration = cluster.Votes;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(10);

            // A silo that starts waits for those it thinks alive. When all were lost at once there is nobody to declare them
            // dead, and it believes them for three times as long as this.
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            options.DefunctSiloExpiration = TimeSpan.FromHours(1);
        });
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
