using Cozy.Grains.Errors;

namespace Cozy.Grains.Jobs;

/// <summary>What workers do with jobs.</summary>
internal sealed partial class JobQueueGrain
{
    private const int MostEndedLeases = 2000;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, TaskCompletionSource> _waitingWorkers = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<JobLease>> LeaseAsync(LeaseRequest request)
    {
        var open = await _open.GetAsync();
        var queue = open.Of(request.Worker);
        var leases = await Task.WhenAll(queue.Take(request.Max).Select(job => LeaseAsync(open, queue, job, request)));

        // The pool lets this instance wait until it knows what is left. Who finds nothing had heard of something.
        if ((queue.IsOffered || leases.Length == 0) && _open.IsCurrent(open))
            Tell(queue);
        return [.. leases.OfType<JobLease>()];
    }

    public async Task<bool> WaitForJobsAsync(string worker, TimeSpan longest)
    {
        if ((await _open.GetAsync()).Of(worker).Ready > 0)
            return true;
        if (!_waitingWorkers.TryGetValue(worker, out var come))
            _waitingWorkers[worker] = come = new TaskCompletionSource();
        try
        {
            await come.Task.WaitAsync(longest, _time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public async Task<bool> RenewAsync(LeaseKey lease, ReadOnlyMemory<byte> progress)
    {
        var open = await _open.GetAsync();
        if (FindLeased(open, lease) is not { } job)
            return false;
        job.LeaseUntil = Steady + job.Document.Lease!.Duration;
        if (progress.IsEmpty || progress.Span.SequenceEqual(job.Document.Progress.Span) || Steady - job.ProgressAt < ProgressInterval)
            return true;
        if (progress.Length > _services.Options.MaxMessageBytes)
            throw new CozyException(ErrorKind.TooLarge, "too_large", "The progress is too large.");
        job.ProgressAt = Steady;
        return await ChangeAsync(open, job, current => Holds(current, lease) ? current with { Progress = progress } : null) is not null;
    }

    public async Task<bool> CompleteAsync(LeaseKey lease, ReadOnlyMemory<byte> result)
    {
        var open = await _open.GetAsync();
        if (FindLeased(open, lease) is not { } job)
            return WasEnded(lease);
        if (job.Document.Options?.Then is { } then)
            await PushFollowingAsync(job.Document, then, result);
        return await EndAsync(open, job, lease, current => JobRules.Ended(current, null, Now));
    }

    public async Task<bool> FailAsync(LeaseKey lease, string error, bool isFinal)
    {
        var open = await _open.GetAsync();
        if (FindLeased(open, lease) is not { } job)
            return WasEnded(lease);
        var type = open.Of(job.Document.Worker).Type;
        return await EndAsync(
            open, job, lease, current => JobRules.Failed(current, type, error, isFinal, Now, Random.Shared.NextDouble()));
    }

    public async Task<bool> ReleaseAsync(LeaseKey lease)
    {
        var open = await _open.GetAsync();
        return FindLeased(open, lease) is { } job
            ? await EndAsync(open, job, lease, JobRules.Waiting)
            : WasEnded(lease);
    }

    private async Task<JobLease?> LeaseAsync(OpenJobs open, WorkerQueue queue, OpenJob job, LeaseRequest request)
    {
        var secret = NewSecret();
        var note = new LeaseNote(request.Holder, LeaseNote.HashOf(secret), request.Duration);
        var timeout = JobRules.TimeoutOf(job.Document.Options, queue.Type);

        // Before the job shows as leased: what is left of an earlier lease must not end this one.
        (job.LeaseUntil, job.Deadline) = (DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);
        try
        {
            var leased = await ChangeAsync(open, job, waiting => waiting.State != JobStates.Queued ? null : waiting with
            {
                State = JobStates.Running,
                StartedAt = Now,
                NotBefore = null,
                Lease = note,
            });
            if (leased is null)
                return null;

            (job.LeaseUntil, job.Deadline) = (Steady + request.Duration, Steady + timeout);
            _services.Instruments.Started(leased, Now);
            Schedule(open);
            var key = new LeaseKey(InstanceId, leased.Id, secret);
            return new JobLease(key, leased.Domain, leased.ToDocument(), leased.Errors.Count + 1, timeout, request.Duration);
        }
        catch (CozyException failure)
        {
            // If it was written, the lease is known to nobody and runs out.
            LogNotLeased(failure, InstanceId);
            return null;
        }
    }

    private static bool Holds(JobDocument job, LeaseKey lease) =>
        job.State == JobStates.Running && job.Lease is { } note && note.IsOf(lease.Secret);

    private OpenJob? FindLeased(OpenJobs open, LeaseKey lease) =>
        open.Find(lease.JobId) is { } job && Holds(job.Document, lease) && Steady < job.Deadline ? job : null;

    private bool WasEnded(LeaseKey lease) =>
        _endedLeases.TryGetValue(lease.JobId, out var hash) && new LeaseNote("", hash, default).IsOf(lease.Secret);

    private async Task<bool> EndAsync(OpenJobs open, OpenJob job, LeaseKey lease, Func<JobDocument, JobDocument> end)
    {
        if (await ChangeAsync(open, job, current => Holds(current, lease) ? end(current) : null) is null)
            return WasEnded(lease);

        // A worker that did not get the answer asks again.
        if (_endedLeases.Count >= MostEndedLeases)
            _endedLeases.Clear();
        _endedLeases[lease.JobId] = LeaseNote.HashOf(lease.Secret);
        return true;
    }

    /// <summary>Durable before the job itself ends; with a key of its own, so that doing it again makes no second one.</summary>
    private async Task PushFollowingAsync(JobDocument job, FollowingJob then, ReadOnlyMemory<byte> result)
    {
        try
        {
            await PushAsync(new NewJob
            {
                Worker = then.Worker,
                Message = Templates.Fill(then.Message, new(job.Event, job.Payload, result)),
                Options = then.Options,
                TriggerId = job.TriggerId,
                IdempotencyKey = $"{job.Id}/{then.Worker}/then",
            });
        }
        catch (CozyException failure) when (failure.Kind is not ErrorKind.Unavailable and not ErrorKind.InsufficientStorage)
        {
            // What is done is done, even if nothing can follow.
            LogNotFollowed(failure, job.Id, then.Worker, InstanceId);
        }
    }
}
