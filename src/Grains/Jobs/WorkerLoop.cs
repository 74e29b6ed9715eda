using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Jobs;

/// <summary>
/// Takes jobs for one worker as long as it has places, and runs them. A job has a place while it is worked on; that its end
/// is written down needs none, up to a bound.
/// </summary>
internal sealed partial class WorkerLoop(
    IGrainFactory grains, IWorker worker, JobsOptions options, string holder, TimeProvider time, ILogger log)
{
    private const int MostEndingForEach = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly int _places = worker.Type.PerSilo > 0 ? worker.Type.PerSilo : Environment.ProcessorCount;
    private readonly HashSet<Task> _working = [];
    private readonly HashSet<Task> _running = [];

    /// <summary>Runs until it is stopped and its jobs have come to an end.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        // The start of the silo does not wait for this.
        await Task.Yield();
        var pool = grains.GetGrain<IWorkerPoolGrain>(worker.Type.Name);
        while (!stopping.IsCancellationRequested)
        {
            _working.RemoveWhere(work => work.IsCompleted);
            _running.RemoveWhere(run => run.IsCompleted);
            if (_working.Count >= _places)
                await Task.WhenAny(_working);
            else if (_running.Count >= _places * MostEndingForEach)
                await Task.WhenAny(_running);
            else
                await TakeAsync(pool, stopping);
        }

        await Task.WhenAll(_running);
    }

    private async Task TakeAsync(IWorkerPoolGrain pool, CancellationToken stopping)
    {
        try
        {
            var request = new LeaseRequest(worker.Type.Name, _places - _working.Count, holder, options.Lease);
            var taking = pool.TakeAsync(request, options.PollTime);
            var leases = await taking.WaitAsync(stopping);
            foreach (var lease in leases)
            {
                var run = new WorkerRun(grains, worker, lease, time, log);
                _running.Add(run.RunAsync(stopping));
                _working.Add(run.Worked);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is handed out now is held by a silo that is gone, and goes to others.
        }
        catch (Exception failure)
        {
            LogNotTaken(log, failure, worker.Type.Name);
            await Task.Delay(Pause, time, stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1321, LogLevel.Warning, "No jobs for {Worker} could be had; that is tried again")]
    private static partial void LogNotTaken(ILogger logger, Exception failure, string worker);
}
