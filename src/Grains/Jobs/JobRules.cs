using System.Security.Cryptography;
using System.Text;
using Cozy.Grains.Errors;

namespace Cozy.Grains.Jobs;

/// <summary>What a job may ask for, and what happens when it fails.</summary>
internal static class JobRules
{
    private const int LongestKey = 256;
    private const int LongestError = 4096;
    private const double Jitter = 0.1;

    /// <summary>Fails unless the job is acceptable.</summary>
    /// <exception cref="CozyException">TooLarge; Invalid.</exception>
    public static void Check(NewJob job, JobsOptions options)
    {
        var bytes = job.Message.Length + job.Event.Length + job.Payload.Length + (job.Options.Then?.Message.Length ?? 0);
        if (bytes > options.MaxMessageBytes)
            throw new CozyException(ErrorKind.TooLarge, "too_large", $"A job has at most {options.MaxMessageBytes} bytes.");
        if (job.IdempotencyKey is { Length: 0 or > LongestKey })
            throw CozyException.Invalid("idempotency_key", $"A key has 1 to {LongestKey} characters.");
        for (var one = job.Options; one is not null; one = one.Then?.Options)
            Check(one, options);
    }

    private static void Check(JobOptions job, JobsOptions options)
    {
        if (job.MaxTries < 0 || job.MaxTries > options.MaxTries)
            throw CozyException.Invalid("/data/attributes/options/max_exec_count", $"A job is tried at most {options.MaxTries} times.");
        if (job.Timeout < TimeSpan.Zero || job.Timeout > options.MaxTimeout)
            throw CozyException.Invalid("/data/attributes/options/timeout", $"A job takes at most {options.MaxTimeout.TotalSeconds} seconds.");
        if (Math.Abs((long)job.Priority) > options.MaxPriority)
            throw CozyException.Invalid("/data/attributes/options/priority", $"The highest priority is {options.MaxPriority}.");
    }

    /// <summary>The id of the job with a key: the same for the same, so that the store itself refuses a second one.</summary>
    public static string IdOf(string worker, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{worker}\n{key}")).AsSpan(0, 16));

    /// <summary>How often the job is tried.</summary>
    public static int TriesOf(JobOptions? options, WorkerType type) => options is { MaxTries: > 0 } ? options.MaxTries : type.MaxTries;

    /// <summary>How long one try may take.</summary>
    public static TimeSpan TimeoutOf(JobOptions? options, WorkerType type) =>
        options is not null && options.Timeout > TimeSpan.Zero ? options.Timeout : type.Timeout;

    /// <summary>How long to wait after so many failures: twice as long each time, ten per cent more or less.</summary>
    /// <param name="failures">At least 1.</param>
    /// <param name="type">The kind of worker.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan WaitAfter(int failures, WorkerType type, double random)
    {
        var wait = type.RetryDelay * Math.Pow(2, Math.Clamp(failures - 1, 0, 30));
        if (wait > type.LongestRetryDelay)
            wait = type.LongestRetryDelay;
        return wait * (1 - Jitter + (2 * Jitter * random));
    }

    /// <summary>The job after a try that failed: it waits again, or has ended.</summary>
    public static JobDocument Failed(JobDocument job, WorkerType type, string error, bool isFinal, DateTimeOffset now, double random)
    {
        var text = error.Length <= LongestError ? error : error[..LongestError];
        var errors = job.Errors.Append(new JobError(now, text)).ToArray();
        var isOver = isFinal || errors.Length >= TriesOf(job.Options, type)
            || (type.GiveUpAfter is { } longest && now - job.QueuedAt >= longest);
        return isOver
            ? Ended(job, text, now) with { Errors = errors.Length > 1 ? errors : [] }
            : Waiting(job) with { Errors = errors, NotBefore = now + WaitAfter(errors.Length, type, random) };
    }

    /// <summary>The job after its worker was lost with it.</summary>
    public static JobDocument Lost(JobDocument job, int maxLosses, DateTimeOffset now) => job.Losses + 1 < maxLosses
        ? Waiting(job) with { Losses = job.Losses + 1 }
        : Ended(job, "The job was lost with its worker too often.", now) with { Losses = job.Losses + 1 };

    /// <summary>The job as it waits for another try.</summary>
    public static JobDocument Waiting(JobDocument job) =>
        job with { State = JobStates.Queued, StartedAt = null, NotBefore = null, Lease = null, Progress = default };

    /// <summary>The job as it ended: without an error it is done. What set it off is not kept.</summary>
    public static JobDocument Ended(JobDocument job, string? error, DateTimeOffset now) => job with
    {
        State = error is null ? JobStates.Done : JobStates.Errored,
        Error = error,
        FinishedAt = now,
        Message = job.IsOfServer ? default : job.Message,
        Event = default,
        Payload = default,
        NotBefore = null,
        Lease = null,
        Progress = default,
    };
}
