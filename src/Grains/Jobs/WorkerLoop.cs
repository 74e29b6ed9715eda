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

    /// <summary>
    /// With much to do, jobs are taken a few at a time but several times at once: whoever has only one then waits for a few
    /// of another instance to be handed out, not for as many as there are places.
    /// </summary>
    private const int MostTakes = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly int _places = worker.Type.PerSilo > 0 ? worker.Type.PerSilo : Environment.ProcessorCount;
    private readonly List<(Task<IReadOnlyList<JobLease>> Leases, int Asked)> _taking = [];
    private readonly HashSet<Task> _working = [];
    private readonly HashSet<Task> _running = [];
    private bool _isBusy;

    /// <summary>Runs until it is stopped and its jobs have come to an end.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        // The start of the silo does not wait for this.
        await Task.Yield();
        var pool = grains.GetGrain<IWorkerPoolGrain>(worker.Type.Name);
        while (!stopping.IsCancellationRequested)
        {
            await CollectAsync(stopping);
            var free = _places - _working.Count - _taking.Sum(take => take.Asked);
            if (_running.Count >= _places * MostEndingForEach)
                await Task.WhenAny(_running);
            else if (free > 0 && _taking.Count < (_isBusy ? MostTakes : 1))
                _taking.Add(Take(pool, Math.Min(free, Math.Max(1, _places / MostTakes)), stopping));
            else
                await Task.WhenAny(_taking.Select(take => (Task)take.Leases).Concat(_working));
        }

        await CollectAsync(stopping);
        await Task.WhenAll(_running);
    }

    /// <summary>Runs what was taken, and forgets what has ended.</summary>
    private async Task CollectAsync(CancellationToken stopping)
    {
        foreach (var take in _taking.Where(take => take.Leases.IsCompleted).ToArray())
        {
            var leases = await take.Leases;
            _taking.Remove(take);
            _isBusy = leases.Count == take.Asked;
            foreach (var lease in leases)
            {
                var run = new WorkerRun(grains, worker, lease, time, log);
                _running.Add(run.RunAsync(stopping));
                _working.Add(run.Worked);
            }
        }

        _working.RemoveWhere(work => work.IsCompleted);
        _running.RemoveWhere(run => run.IsCompleted);
    }

    private (Task<IReadOnlyList<JobLease>> Leases, int Asked) Take(IWorkerPoolGrain pool, int count, CancellationToken stopping) =>
        (TakeAsync(pool, count, stopping), count);

    private async Task<IReadOnlyList<JobLease>> TakeAsync(IWorkerPoolGrain pool, int count, CancellationToken stopping)
    {
        try
        {
            var taking = pool.TakeAsync(new LeaseRequest(worker.Type.Name, count, holder, options.Lease), options.PollTime);
            return await taking.WaitAsync(stopping);
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

        return [];
    }

    [LoggerMessage(1321, LogLevel.Warning, "No jobs for {Worker} could be had; that is tried again")]
    private static partial void LogNotTaken(ILogger logger, Exception failure, string worker);
}
