using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Cozy.Grains.Jobs;

/// <summary>Runs the workers of this silo, from when it is active until it stops. Jobs under way are then given back.</summary>
internal sealed class WorkerHost(
    IGrainFactory grains, IEnumerable<IWorker> workers, IOptions<JobsOptions> options, ILocalSiloDetails silo, TimeProvider time,
    ILogger<WorkerHost> log)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle observer)
    {
        if (options.Value.RunWorkers)
            observer.Subscribe(nameof(WorkerHost), ServiceLifecycleStage.Active, StartAsync, StopAsync);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private Task StartAsync(CancellationToken cancellationToken)
    {
        var holder = silo.SiloAddress.ToParsableString();

        // Of two workers with one name the last registered counts, as in WorkerTypes.
        _running = Task.WhenAll(workers.GroupBy(worker => worker.Type.Name, StringComparer.Ordinal)
            .Select(same => RunAsync(same.Last(), holder)));
        return Task.CompletedTask;
    }

    private async Task RunAsync(IWorker worker, string holder)
    {
        using var loop = new WorkerLoop(grains, worker, options.Value, holder, time, log);
        await loop.RunAsync(_stopping.Token);
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }
}
