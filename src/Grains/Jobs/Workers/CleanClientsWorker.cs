using Cozy.Grains.OAuth;

namespace Cozy.Grains.Jobs.Workers;

/// <summary>
/// Removes an OAuth client that registered and that the owner never let in: <c>{client_id}</c>. The server itself forgets such
/// clients after <c>OAuth:PendingLifetime</c>; this is for who does not want to wait.
/// </summary>
internal sealed class CleanClientsWorker(IGrainFactory grains) : IWorker
{
    public WorkerType Type { get; } = new("clean-clients")
    {
        IsReserved = true,
        MaxTries = 2,
        Timeout = TimeSpan.FromSeconds(30),
        HourlyLimit = 100,
    };

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        var id = JobMessage.Require(job.Message, "client_id");
        await grains.GetGrain<IOAuthGrain>(job.InstanceId).DeletePendingAsync(id).WaitAsync(cancellationToken);
        return default;
    }
}
