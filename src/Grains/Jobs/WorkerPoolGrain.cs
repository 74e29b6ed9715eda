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

    private readonly FairRotation _rotation = new(time);
    private readonly LinkedList<TaskCompletionSource> _waiting = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Whoever waits may take what was picked by one that has died.
        this.RegisterGrainTimer(
            _ =>
            {
                WakeWaiting();
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(FairRotation.LongestService, FairRotation.LongestService) { Interleave = true });
        return GrainFactory.GetGrain<IAlarmsGrain>(0).WakeAllAsync(Queues);
    }

    public Task OfferAsync(string instanceId, int ready, int weight)
    {
        _rotation.Set(instanceId, ready, weight);
        if (ready > 0)
            WakeWaiting();
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<Pick>> PickAsync(int max, int share, TimeSpan wait, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (_rotation.Take(max, share) is { Count: > 0 } picks)
            {
                // Others may take what is left.
                WakeWaiting();
                return picks;
            }

            var left = wait - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                return [];
            await WaitAsync(left, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<JobLease>> TakeAsync(LeaseRequest request, TimeSpan wait)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var left = wait - time.GetElapsedTime(started);
            var picks = await PickAsync(request.Max, request.Max, left, CancellationToken.None);
            if (picks.Count == 0)
                return [];
            var leases = await Task.WhenAll(picks.Select(pick => LeaseAsync(request, pick)));
            if (leases.Any(found => found.Count > 0))
                return [.. leases.SelectMany(found => found)];
        }
    }

    private async Task<IReadOnlyList<JobLease>> LeaseAsync(LeaseRequest request, Pick pick)
    {
        try
        {
            return await GrainFactory.GetGrain<IJobQueueGrain>(pick.InstanceId).LeaseAsync(request with { Max = pick.Count });
        }
        catch (Exception failure)
        {
            // The queue offers its jobs again when it is woken the next time.
            LogNotLeased(failure, pick.InstanceId);
            _rotation.Set(pick.InstanceId, 0, 1);
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

    private async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        var woken = new TaskCompletionSource();
        var place = _waiting.AddLast(woken);
        try
        {
            await woken.Task.WaitAsync(longest, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            if (place.List is not null)
                _waiting.Remove(place);
        }
        catch (OperationCanceledException)
        {
            // Who was woken and goes wakes another one.
            if (place.List is not null)
                _waiting.Remove(place);
            else
                WakeWaiting();
            throw;
        }
    }

    [LoggerMessage(1311, LogLevel.Warning, "Jobs of {InstanceId} could not be had")]
    private partial void LogNotLeased(Exception failure, string instanceId);
}
