using System.Diagnostics.Metrics;

namespace Cozy.Grains.Jobs;

/// <summary>What is counted of jobs, per worker type (meter <c>Cozy.Jobs</c>). Never per instance: there are too many.</summary>
internal sealed class JobInstruments
{
    public const string MeterName = "Cozy.Jobs";
    private const string Worker = "worker";

    private readonly Counter<long> _pushed;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _run;
    private readonly UpDownCounter<long> _open;

    public JobInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _pushed = meter.CreateCounter<long>("cozy.jobs.pushed", description: "Jobs that were taken.");
        _ended = meter.CreateCounter<long>("cozy.jobs.ended", description: "Jobs that ended, by state.");
        _failures = meter.CreateCounter<long>("cozy.jobs.failures", description: "Tries that failed.");
        _wait = meter.CreateHistogram<double>("cozy.jobs.wait", "s", "From when a job was pushed to when a worker had it.");
        _run = meter.CreateHistogram<double>("cozy.jobs.run", "s", "How long a job ran that ended.");
        _open = meter.CreateUpDownCounter<long>("cozy.jobs.open", description: "Jobs that wait or run, of the queues this silo has in memory.");
    }

    public void Pushed(JobDocument job) => _pushed.Add(1, new KeyValuePair<string, object?>(Worker, job.Worker));

    /// <summary>So many jobs more, or fewer, wait or run.</summary>
    public void Opened(string worker, int count) => _open.Add(count, new KeyValuePair<string, object?>(Worker, worker));

    public void Started(JobDocument job, DateTimeOffset now)
    {
        if (job.Errors.Count == 0 && job.Losses == 0)
            _wait.Record((now - job.QueuedAt).TotalSeconds, new KeyValuePair<string, object?>(Worker, job.Worker));
    }

    public void Changed(JobDocument before, JobDocument job)
    {
        var worker = new KeyValuePair<string, object?>(Worker, job.Worker);
        if (job.Errors.Count > before.Errors.Count || job.Losses > before.Losses || job.State == JobStates.Errored)
            _failures.Add(1, worker);
        if (!job.HasEnded)
            return;
        _ended.Add(1, worker, new KeyValuePair<string, object?>("state", job.State));
        if (job is { StartedAt: { } started, FinishedAt: { } finished })
            _run.Record((finished - started).TotalSeconds, worker);
    }
}
