using Cozy.Grains.Alarms;
using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Jobs;

/// <summary>
/// Keeps only hints: what the queues say when they are asked is what counts. A new activation has the queues woken that
/// may have work.
/// </summary>
[GrainType("workerpool")]
internal sealed partial class WorkerPoolGrain(TimeProvider time, ILogger<WorkerPoolGrain> log) : Grain, IWorkerPoolGrain
{
    private static readonly GrainType Queues = GrainType.Create(JobQueueGrain.TypeName);

    private readonly FairRotation _rotation = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<IAlarmsGrain>(0).WakeAllAsync(Queues);

    public Task OfferAsync(string instanceId, int ready, int weight)
    {
        _rotation.Set(instanceId, ready, weight);
        WakeWaiting();
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<JobLease>> TakeAsync(LeaseRequest request, TimeSpan wait)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var leases = await TakeNowAsync(request);
            var left = wait - time.GetElapsedTime(started);
            if (leases.Count > 0 || left <= TimeSpan.Zero)
                return leases;
            if (_rotation.IsEmpty)
                await WaitAsync(left);
        }
    }

    private async Task<IReadOnlyList<JobLease>> TakeNowAsync(LeaseRequest request)
    {
        var leases = new List<JobLease>();
        while (leases.Count < request.Max && _rotation.Take(request.Max - leases.Count) is { Count: > 0 } picks)
        {
            foreach (var found in await Task.WhenAll(picks.Select(pick => LeaseAsync(request, pick))))
                leases.AddRange(found);
        }

        // Others may take what is left.
        if (!_rotation.IsEmpty)
            WakeWaiting();
        return leases;
    }

    private async Task<IReadOnlyList<JobLease>> LeaseAsync(LeaseRequest request, Pick pick)
    {
        try
        {
            var answer = await GrainFactory.GetGrain<IJobQueueGrain>(pick.Tenant).LeaseAsync(request with { Max = pick.Count });
            _rotation.Correct(pick, answer.Ready);
            return answer.Leases;
        }
        catch (Exception failure)
        {
            // The queue offers its jobs again when it is woken the next time.
            LogNotLeased(failure, pick.Tenant);
            _rotation.Correct(pick, 0);
            return [];
        }
    }

    private void WakeWaiting()
    {
        if (_waiting.First is not { Value: var first })
            return;
        _waiting.RemoveFirst();
        first.TrySetResult();
    }

    private async Task WaitAsync(TimeSpan longest)
    {
        var woken = new TaskCompletionSource();
        var place = _waiting.AddLast(woken);
        try
        {
            await woken.Task.WaitAsync(longest, time);
        }
        catch (TimeoutException)
        {
            if (place.List is not null)
                _waiting.Remove(place);
        }
    }

    [LoggerMessage(1311, LogLevel.Warning, "Jobs of {InstanceId} could not be had")]
    private partial void LogNotLeased(Exception failure, string instanceId);
}
