using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Jobs;

/// <summary>What happens without anybody asking: time passes, workers die, documents grow old.</summary>
internal sealed partial class JobQueueGrain
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PurgeInterval = TimeSpan.FromDays(1);
    private static readonly TimeSpan Finest = TimeSpan.FromMilliseconds(5);

    private IGrainTimer? _timer;
    private DateTimeOffset _timerAt = DateTimeOffset.MaxValue;
    private DateTimeOffset _purgedAt;

    public async Task WakeUpAsync()
    {
        try
        {
            var open = await _open.GetAsync();
            foreach (var queue in open.Queues)
                queue.IsOffered = false;
            Tick(open);
            await SleepAsync(open);
        }
        catch (CozyException failure)
        {
            LogStuck(failure, InstanceId);
            ScheduleAt(Now + Retry);
        }
    }

    public async Task<int> CleanAsync(TimeSpan age)
    {
        var open = await _open.GetAsync();
        var ended = await Task.WhenAll(open.All
            .Where(job => Now - job.Document.QueuedAt > age && (job.Document.Lease is null || job.LeaseUntil < Steady)).ToArray()
            .Select(job => ChangeAsync(open, job, current => JobRules.Ended(current, null, Now))));
        return ended.Count(job => job is not null);
    }

    public async Task<int> PurgeAsync(IReadOnlyList<string> workers, TimeSpan age)
    {
        var kept = new Dictionary<(string Worker, string State), PriorityQueue<(string Id, string Revision, DateTimeOffset At), DateTimeOffset>>();
        var old = new List<(string Id, string Revision)>();
        string? after = null;
        while (await _store.ListAsync(after) is { Rows.Count: > 0 } page)
        {
            foreach (var row in page.Rows)
            {
                if (row.Members is not { } members || row.Id.StartsWith('_'))
                    continue;
                var job = JobDocument.Parse(row.Id, row.Revision!, members);
                if (job.HasEnded && (workers.Count == 0 || workers.Contains(job.Worker)))
                    Sort(job);
            }

            after = page.Rows[^1].Id;
        }

        foreach (var batch in old.Chunk(500))
            await _store.RemoveAsync(batch);
        return old.Count;

        void Sort(JobDocument job)
        {
            if (!kept.TryGetValue((job.Worker, job.State), out var newest))
                kept[(job.Worker, job.State)] = newest = new();
            newest.Enqueue((job.Id, job.Revision!, job.FinishedAt ?? job.QueuedAt), job.FinishedAt ?? job.QueuedAt);
            while (newest.Count > _services.Options.KeepLast && newest.TryDequeue(out var oldest, out _))
            {
                if (Now - oldest.At > age)
                    old.Add((oldest.Id, oldest.Revision));
            }
        }
    }

    private async Task<OpenJobs> LoadAsync()
    {
        var stored = await _store.ListOpenAsync();
        _counted?.Forget();
        var open = _counted = new OpenJobs(_services.Types, _services.Instruments);
        var now = Now;
        foreach (var document in stored)
        {
            var job = open.Add(document, now);
            if (document.Lease is { } lease)
            {
                var (until, deadline) = _services.LeaseAfterLoad(document, lease, now);
                (job.LeaseUntil, job.Deadline) = (Steady + (until - now), Steady + (deadline - now));
            }
        }

        ScheduleAt(now);
        return open;
    }

    /// <summary>Puts a job that was just written with the others, unless those were forgotten: then it is read with them.</summary>
    private void Enter(OpenJobs open, JobDocument written)
    {
        if (!_open.IsCurrent(open))
        {
            _ = WakeUpAsync();
            return;
        }

        open.Add(written, Now);
        Offer(open.Of(written.Worker));
        if (written.NotBefore is not null)
            Schedule(open);
    }

    private void Place(OpenJobs open, OpenJob job, JobDocument written)
    {
        open.Replace(job, written, Now);
        Offer(open.Of(written.Worker));
        if (written.NotBefore is not null)
            Schedule(open);
    }

    /// <summary>Tells the pool that there are jobs, unless it knows.</summary>
    private void Offer(WorkerQueue queue)
    {
        if (queue.Ready > 0 && _waitingWorkers.Remove(queue.Type.Name, out var come))
            come.SetResult();
        if (!queue.IsOffered && queue.Ready > 0 && queue.Type.Name != WorkerType.Client)
            Tell(queue);
    }

    /// <summary>Tells the pool what there is; one after the other, so that the last counts.</summary>
    private void Tell(WorkerQueue queue)
    {
        (queue.IsOffered, queue.IsToTell) = (true, true);
        if (!queue.IsTelling)
            _ = TellAsync(queue);
    }

    private async Task TellAsync(WorkerQueue queue)
    {
        queue.IsTelling = true;
        try
        {
            var pool = GrainFactory.GetGrain<IWorkerPoolGrain>(queue.Type.Name);
            while (queue.IsToTell)
            {
                var weight = _weight ??= JobWeights.Of(await GrainFactory.GetGrain<IInstanceGrain>(InstanceId).GetAsync());
                queue.IsToTell = false;
                queue.IsOffered = queue.Ready > 0;
                await pool.OfferAsync(InstanceId, queue.Ready, weight);
            }
        }
        catch (Exception failure)
        {
            LogNotOffered(failure, InstanceId);
            queue.IsOffered = false;
            ScheduleAt(Now + Retry);
        }
        finally
        {
            queue.IsTelling = false;
        }
    }

    private void Tick(OpenJobs open)
    {
        var (now, steady) = (Now, Steady);
        foreach (var queue in open.Queues)
        {
            queue.Ripen(now);
            foreach (var job in queue.Running.Where(job => job.NextCheck <= steady && job.Document.Lease is not null).ToArray())
                _ = ExpireAsync(open, job, queue.Type);
            Offer(queue);
        }

        Schedule(open);
    }

    private async Task ExpireAsync(OpenJobs open, OpenJob job, WorkerType type)
    {
        try
        {
            await ChangeAsync(open, job, current => current.State != JobStates.Running || job.NextCheck > Steady ? null
                : Steady >= job.Deadline ? JobRules.Failed(current, type, "The job took too long.", false, Now, Random.Shared.NextDouble())
                : JobRules.Lost(current, _services.Options.MaxLosses, Now));
        }
        catch (CozyException failure)
        {
            LogStuck(failure, InstanceId);
        }
    }

    /// <summary>Sets the alarm to when somebody must look after these jobs, and keeps them from growing old.</summary>
    private async Task SleepAsync(OpenJobs open)
    {
        await PurgeOldAsync();
        var waits = open.Queues.Where(queue => queue.Type.Name != WorkerType.Client).ToArray();
        if (_pushing > 0 || waits.Any(queue => queue.Ready > 0 || queue.Running.Count > 0))
            await _alarm.EnsureAsync(Now);
        else
            await _alarm.SetAsync(waits.Min(queue => queue.NextDelayed));
    }

    private async Task PurgeOldAsync()
    {
        if (_services.Options.KeepEnded == TimeSpan.Zero || Now - _purgedAt < PurgeInterval)
            return;
        _purgedAt = Now;
        await PurgeAsync([], _services.Options.KeepEnded);
    }

    private void Schedule(OpenJobs open)
    {
        if (open.Queues.Min(queue => queue.NextDelayed) is { } ripe)
            ScheduleAt(ripe);
        if (open.Queues.Min(queue => queue.NextExpiry) is { } expiry && expiry < DateTimeOffset.MaxValue)
            ScheduleAt(Now + (expiry - Steady));
    }

    private void ScheduleAt(DateTimeOffset at)
    {
        if (_timer is not null && _timerAt <= at)
            return;
        _timer?.Dispose();
        _timerAt = at;
        var wait = Alarms.AlarmRules.Wait(at, Now);
        _timer = this.RegisterGrainTimer(
            _ => RingAsync(),
            new GrainTimerCreationOptions(wait < Finest ? Finest : wait, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
    }

    private async Task RingAsync()
    {
        _timer?.Dispose();
        _timer = null;
        try
        {
            Tick(await _open.GetAsync());
        }
        catch (CozyException failure)
        {
            LogStuck(failure, InstanceId);
            ScheduleAt(Now + Retry);
        }
    }

    [LoggerMessage(1301, LogLevel.Error, "The jobs of {InstanceId} cannot go on; that is tried again")]
    private partial void LogStuck(Exception failure, string instanceId);

    [LoggerMessage(1302, LogLevel.Warning, "Jobs of {InstanceId} could not be offered to workers; that is tried again")]
    private partial void LogNotOffered(Exception failure, string instanceId);

    [LoggerMessage(1303, LogLevel.Warning, "A job of {InstanceId} could not be handed to a worker; that is tried again")]
    private partial void LogNotLeased(Exception failure, string instanceId);

    [LoggerMessage(1304, LogLevel.Warning, "After job {JobId} of {InstanceId} no job for {Worker} could follow")]
    private partial void LogNotFollowed(Exception failure, string jobId, string worker, string instanceId);
}
