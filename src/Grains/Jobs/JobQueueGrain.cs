using System.Security.Cryptography;
using Cozy.Grains.Alarms;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Cozy.Grains.Jobs;

/// <summary>
/// The open jobs are in memory as their documents say; each step is written down before it counts. Whenever a write's
/// outcome is not known or somebody else has written, all of it is read again.
/// </summary>
[GrainType(TypeName), PreferLocalPlacement]
internal sealed partial class JobQueueGrain : Grain, IJobQueueGrain
{
    public const string TypeName = "jobqueue";
    private const int MostListed = 200;

    private readonly JobServices _services;
    private readonly TimeProvider _time;
    private readonly ILogger<JobQueueGrain> _log;
    private readonly JobStore _store;
    private readonly AlarmClock _alarm;
    private readonly HourlyLimits _hourly;
    private readonly LoadOnce<OpenJobs> _open;
    private readonly Dictionary<string, string> _endedLeases = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _cameAt;
    private readonly long _cameAtTimestamp;
    private OpenJobs? _counted;
    private int _pushing;
    private int? _weight;

    public JobQueueGrain(JobServices services, TimeProvider time, ILogger<JobQueueGrain> log)
    {
        (_services, _time, _log) = (services, time, log);
        (_cameAt, _cameAtTimestamp) = (time.GetUtcNow(), time.GetTimestamp());
        _store = new JobStore(GrainFactory, InstanceId);
        _alarm = new AlarmClock(GrainFactory, this.GetGrainId());
        _hourly = new HourlyLimits(time);
        _open = new(LoadAsync);

        // Instances that come and go are looked through now and then, and not each time they come.
        _purgedAt = Now - (PurgeInterval * Random.Shared.NextDouble());
    }

    private string InstanceId => this.GetPrimaryKeyString();

    private DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>The time as it was when this grain came, and as it has passed since: leases do not care when clocks are set.</summary>
    private DateTimeOffset Steady => _cameAt + _time.GetElapsedTime(_cameAtTimestamp);

    public async Task<Document> PushAsync(NewJob job)
    {
        var type = _services.Types.Get(job.Worker);
        JobRules.Check(job, _services.Options);
        var instance = await GrainFactory.GetGrain<IInstanceGrain>(InstanceId).GetAsync()
            ?? throw CozyException.NotFound("There is no such instance.");
        _weight = JobWeights.Of(instance);
        var open = await _open.GetAsync();
        var id = job.IdempotencyKey is { } key ? JobRules.IdOf(job.Worker, key) : Guid.CreateVersion7(Now).ToString("N");
        if (job.IdempotencyKey is not null && await GetAsync(id) is { } known)
            return known;

        if (!job.IsOfServer)
        {
            RequireRoom(open);
            _hourly.Count(type);
        }

        _pushing++;
        try
        {
            // Before the job, so that whatever dies from now on somebody looks for it.
            await _alarm.EnsureAsync(Now);
            var written = await _store.WriteAsync(New(job, id, instance));
            if (written is null)
                return await GetAsync(id) ?? throw CozyException.Conflict("The job was written by somebody else.");
            _services.Instruments.Pushed(written);
            Enter(open, written);
            return written.ToDocument();
        }
        catch (CozyException)
        {
            Forget(open);
            throw;
        }
        finally
        {
            _pushing--;
        }
    }

    public async Task<Document?> GetAsync(string id) =>
        (await _open.GetAsync()).Find(id)?.Document.ToDocument() ?? await _store.FindAsync(id);

    public async Task<IReadOnlyList<Document>> ListOpenAsync(string worker) =>
    [
        .. (await _open.GetAsync()).All.Where(job => job.Document.Worker == worker)
            .OrderBy(job => job.Document.QueuedAt).Take(MostListed).Select(job => job.Document.ToDocument()),
    ];

    public Task<IReadOnlyList<Document>> ListOfTriggerAsync(string triggerId, int limit) => _store.ListOfTriggerAsync(triggerId, limit);

    public async Task<Document> EndClientJobAsync(string id, string? error)
    {
        var document = await GetAsync(id) ?? throw NoJob();
        if (JobDocument.Parse(document).Worker != WorkerType.Client)
            throw new CozyException(ErrorKind.Forbidden, "forbidden", "Forbidden");

        // An app may change its mind, so the job need not be open any more.
        var open = await _open.GetAsync();
        if (open.Find(id) is { } job)
            return (await ChangeAsync(open, job, current => JobRules.Ended(current, error, Now)) ?? throw NoJob()).ToDocument();
        return await RewriteAsync(document, ended => JobRules.Ended(ended, error, Now));
    }

    public async Task<Document> CancelAsync(string id)
    {
        var open = await _open.GetAsync();
        if (open.Find(id) is not { } job)
            return await _store.FindAsync(id) ?? throw NoJob();
        var ended = await ChangeAsync(open, job, current => JobRules.Ended(current, "The job was cancelled.", Now));
        return ended?.ToDocument() ?? await _store.FindAsync(id) ?? throw NoJob();
    }

    public async Task<Document> RetryAsync(string id)
    {
        var document = await _store.FindAsync(id) ?? throw NoJob();
        if (JobDocument.Parse(document).State != JobStates.Errored)
            throw CozyException.Conflict("The job did not end with an error.");
        var open = await _open.GetAsync();
        _pushing++;
        try
        {
            await _alarm.EnsureAsync(Now);
            var waiting = await RewriteAsync(document, ended => JobRules.Waiting(ended) with
            {
                Error = null,
                FinishedAt = null,
                Errors = [],
                Losses = 0,
            });
            Enter(open, JobDocument.Parse(waiting));
            return waiting;
        }
        finally
        {
            _pushing--;
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _counted?.Forget();
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    public Task ForgetAsync()
    {
        _open.Reset();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private static CozyException NoJob() => CozyException.NotFound("jobs: not found");

    private JobDocument New(NewJob job, string id, Instance instance) => new()
    {
        Id = id,
        Domain = instance.Domain,
        InstanceId = InstanceId,
        Worker = job.Worker,
        TriggerId = job.TriggerId,
        Message = job.Options.IsTemplate ? Templates.Fill(job.Message, new(job.Event, job.Payload, default)) : job.Message,
        Event = job.Event,
        Payload = job.Payload,
        IsManual = job.IsManual,
        IsDebounced = job.IsDebounced,
        Options = job.Options == JobOptions.Default ? null : job.Options,
        State = job.IsRunning && job.Worker == WorkerType.Client ? JobStates.Running : JobStates.Queued,
        QueuedAt = Now,
        StartedAt = job.IsRunning && job.Worker == WorkerType.Client ? Now : null,
        ForwardLogs = job.ForwardLogs,
        IdempotencyKey = job.IdempotencyKey,
        IsOfServer = job.IsOfServer,
        NotBefore = job.NotBefore > Now ? job.NotBefore : null,
    };

    private void RequireRoom(OpenJobs open)
    {
        if (open.Total + _pushing >= _services.Options.MaxOpen || open.Bytes > _services.Options.MaxOpenBytes)
            throw new CozyException(ErrorKind.TooManyRequests, "jobs_waiting", "Too many jobs are waiting.");
    }

    private async Task<Document> RewriteAsync(Document document, Func<JobDocument, JobDocument> change)
    {
        var written = await _store.WriteAsync(change(JobDocument.Parse(document)));
        return written?.ToDocument() ?? throw CozyException.Conflict("The job was changed by somebody else.");
    }

    /// <summary>Writes a change of an open job down, after those before it; null when the job ended meanwhile or is not to change.</summary>
    private async Task<JobDocument?> ChangeAsync(OpenJobs open, OpenJob job, Func<JobDocument, JobDocument?> change)
    {
        while (!job.Changing.IsCompleted)
            await job.Changing.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (!_open.IsCurrent(open) || job.Document.HasEnded || change(job.Document) is not { } changed)
            return null;
        var changing = WriteChangeAsync(open, job, changed);
        job.Changing = changing;
        return await changing;
    }

    private async Task<JobDocument?> WriteChangeAsync(OpenJobs open, OpenJob job, JobDocument changed)
    {
        try
        {
            if (await _store.WriteAsync(changed) is { } written)
            {
                _services.Instruments.Changed(job.Document, changed);
                Place(open, job, written);
                return written;
            }

            Forget(open);
            return null;
        }
        catch (CozyException)
        {
            Forget(open);
            throw;
        }
    }

    private void Forget(OpenJobs open)
    {
        if (_open.IsCurrent(open))
            _open.Reset();
        _ = WakeUpAsync();
    }

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
