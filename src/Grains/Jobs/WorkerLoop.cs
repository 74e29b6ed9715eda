using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Jobs;

/// <summary>
/// Takes jobs for one worker as long as it has places, and runs them. A job has a place from when it is picked until it was
/// worked on; that its end is written down needs none, up to a bound.
/// </summary>
internal sealed partial class WorkerLoop : IDisposable
{
    private const int MostEndingForEach = 4;
    private const int SharesOfPlaces = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly IGrainFactory _grains;
    private readonly IWorker _worker;
    private readonly JobsOptions _options;
    private readonly string _holder;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IWorkerPoolGrain _pool;

    private readonly int _count;
    private readonly int _share;
    private readonly SemaphoreSlim _places;
    private readonly SemaphoreSlim _open;

    public WorkerLoop(IGrainFactory grains, IWorker worker, JobsOptions options, string holder, TimeProvider time, ILogger log)
    {
        (_grains, _worker, _options, _holder, _time, _log) = (grains, worker, options, holder, time, log);
        _pool = grains.GetGrain<IWorkerPoolGrain>(worker.Type.Name);
        _count = worker.Type.PerSilo > 0 ? worker.Type.PerSilo : Environment.ProcessorCount;

        // While the jobs of one instance are being handed out the other places are there for others.
        _share = Math.Max(1, _count / SharesOfPlaces);
        _places = new SemaphoreSlim(_count);
        _open = new SemaphoreSlim(_count * MostEndingForEach);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _places.Dispose();
        _open.Dispose();
    }

    /// <summary>Runs until it is stopped and its jobs have come to an end.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        // The start of the silo does not wait for this.
        await Task.Yield();
        try
        {
            while (true)
                await TakeAsync(await EnterAsync(stopping), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is handed out from now on goes to others.
        }

        for (var i = 0; i < _count * MostEndingForEach; i++)
            await _open.WaitAsync(CancellationToken.None);
    }

    /// <summary>Waits for a place and takes all that are free; says how many.</summary>
    private async Task<int> EnterAsync(CancellationToken stopping)
    {
        await _open.WaitAsync(stopping);
        try
        {
            await _places.WaitAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            _open.Release();
            throw;
        }

        for (var entered = 1; ; entered++)
        {
            if (!_open.Wait(0, CancellationToken.None))
                return entered;
            if (_places.Wait(0, CancellationToken.None))
                continue;
            _open.Release();
            return entered;
        }
    }

    private void Leave(int count)
    {
        if (count == 0)
            return;
        _places.Release(count);
        _open.Release(count);
    }

    private async Task TakeAsync(int places, CancellationToken stopping)
    {
        IReadOnlyList<Pick> picks = [];
        try
        {
            picks = await _pool.PickAsync(places, _share, _options.PollTime, stopping).WaitAsync(stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            LogNotTaken(failure, _worker.Type.Name);
            await Task.Delay(Pause, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            Leave(places - picks.Sum(pick => pick.Count));
        }

        foreach (var pick in picks)
            _ = RunAsync(pick, stopping);
    }

    private async Task RunAsync(Pick pick, CancellationToken stopping)
    {
        IReadOnlyList<JobLease> leases = [];
        try
        {
            var request = new LeaseRequest(_worker.Type.Name, pick.Count, _holder, _options.Lease);
            leases = await _grains.GetGrain<IJobQueueGrain>(pick.InstanceId).LeaseAsync(request);
        }
        catch (Exception failure)
        {
            // The queue offers its jobs again when it is woken the next time.
            LogNotTaken(failure, _worker.Type.Name);
        }

        Leave(pick.Count - leases.Count);
        foreach (var lease in leases)
            _ = RunAsync(lease, stopping);
    }

    private async Task RunAsync(JobLease lease, CancellationToken stopping)
    {
        var run = new WorkerRun(_grains, _worker, lease, _time, _log);
        var running = run.RunAsync(stopping);
        await run.Worked;
        _places.Release();
        await running;
        _open.Release();
    }

    [LoggerMessage(1321, LogLevel.Warning, "No jobs for {Worker} could be had; that is tried again")]
    private partial void LogNotTaken(Exception failure, string worker);
}
