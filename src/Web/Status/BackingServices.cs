using System.Globalization;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Status;

/// <summary>Asks the stores whether they can serve.</summary>
internal sealed class BackingServices(
    IDocumentStore documents, IBlobStore blobs, TimeProvider time, IOptions<WebOptions> options)
{
    /// <summary>Asks both at the same time, and not longer than the health timeout.</summary>
    public async Task<ServicesHealth> CheckAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.HealthTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var documentsHealth = AskAsync(documents.PingAsync, either.Token);
        var filesHealth = AskAsync(blobs.PingAsync, either.Token);
        return new ServicesHealth(await documentsHealth, await filesHealth);
    }

    private async Task<ServiceHealth> AskAsync(Func<CancellationToken, Task> ping, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var isHealthy = true;
        try
        {
            await ping(cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is DocumentStoreException or BlobStoreException or IOException
            or OperationCanceledException or TimeoutException or UnauthorizedAccessException or HttpRequestException)
        {
            isHealthy = false;
        }

        return new ServiceHealth(isHealthy, time.GetElapsedTime(start));
    }
}

/// <summary>How the backing services are.</summary>
internal sealed record ServicesHealth(ServiceHealth Documents, ServiceHealth Files)
{
    /// <summary>All can serve.</summary>
    public bool IsHealthy => Documents.IsHealthy && Files.IsHealthy;
}

/// <summary>How one service is, and how long it took to say so.</summary>
internal sealed record ServiceHealth(bool IsHealthy, TimeSpan Latency)
{
    /// <summary>A service that is always there.</summary>
    public static readonly ServiceHealth Healthy = new(true, TimeSpan.Zero);

    /// <summary>The word operators' scripts look for.</summary>
    public string Word => IsHealthy ? "healthy" : "unhealthy";

    /// <summary>The latency in the API's notation, such as <c>1.28ms</c>.</summary>
    public string LatencyText => Latency switch
    {
        { Ticks: 0 } => "0s",
        { TotalMilliseconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Latency.TotalMicroseconds:0.###}µs"),
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Latency.TotalMilliseconds:0.######}ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Latency.TotalSeconds:0.######}s"),
    };
}
