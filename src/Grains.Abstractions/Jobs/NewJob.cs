using Orleans.Concurrency;

namespace Cozy.Grains.Jobs;

/// <summary>A job to be done.</summary>
[GenerateSerializer, Immutable, Alias("cozy.NewJob")]
public sealed record NewJob
{
    /// <summary>Which worker does it.</summary>
    [Id(0)] public required string Worker { get; init; }

    /// <summary>What the worker is told: any JSON.</summary>
    [Id(1)] public ReadOnlyMemory<byte> Message { get; init; } = "null"u8.ToArray();

    /// <summary>How it is run.</summary>
    [Id(2)] public JobOptions Options { get; init; } = JobOptions.Default;

    /// <summary>The trigger that made it; null for none.</summary>
    [Id(3)] public string? TriggerId { get; init; }

    /// <summary>The event that set the trigger off, a JSON object; empty for none. Not kept once the job has ended.</summary>
    [Id(4)] public ReadOnlyMemory<byte> Event { get; init; }

    /// <summary>What was posted to the webhook, any JSON; empty for none. Not kept once the job has ended.</summary>
    [Id(5)] public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>A person asked for it; it goes before others.</summary>
    [Id(6)] public bool IsManual { get; init; }

    /// <summary>It stands for several events.</summary>
    [Id(7)] public bool IsDebounced { get; init; }

    /// <summary>What the worker logs is to be sent on (cozy-stack's <c>forward_logs</c>).</summary>
    [Id(8)] public bool ForwardLogs { get; init; }

    /// <summary>Of jobs with one key only the first is done; null for none.</summary>
    [Id(9)] public string? IdempotencyKey { get; init; }

    /// <summary>Not before this time; null for at once.</summary>
    [Id(10)] public DateTimeOffset? NotBefore { get; init; }

    /// <summary>An app works on it already; only for <see cref="WorkerType.Client"/>.</summary>
    [Id(11)] public bool IsRunning { get; init; }

    /// <summary>The server itself needs it: no limit of the instance holds it up, and its message is not kept once it has ended.</summary>
    [Id(12)] public bool IsOfServer { get; init; }
}

/// <summary>How a job is run.</summary>
[GenerateSerializer, Immutable, Alias("cozy.JobOptions")]
public sealed record JobOptions
{
    /// <summary>As the worker's type says.</summary>
    public static readonly JobOptions Default = new();

    /// <summary>How often it is tried (<c>max_exec_count</c>); 0 for as often as the worker's type says.</summary>
    [Id(0)] public int MaxTries { get; init; }

    /// <summary>How long one try may take (<c>timeout</c>); zero for as long as the worker's type says.</summary>
    [Id(1)] public TimeSpan Timeout { get; init; }

    /// <summary>Higher ones go first among an instance's jobs for one worker (<c>priority</c>).</summary>
    [Id(2)] public int Priority { get; init; }

    /// <summary>The job that follows when this one is done (<c>then</c>); null for none.</summary>
    [Id(3)] public FollowingJob? Then { get; init; }

    /// <summary>The message is a template of the event, the payload or the result before it (<c>template</c>).</summary>
    [Id(4)] public bool IsTemplate { get; init; }
}

/// <summary>A job that follows another. Its message is a template in which <c>{{result…}}</c> is what came out of the first.</summary>
/// <param name="Worker">Which worker does it.</param>
/// <param name="Message">What the worker is told.</param>
/// <param name="Options">How it is run.</param>
[GenerateSerializer, Immutable, Alias("cozy.FollowingJob")]
public sealed record FollowingJob(
    [property: Id(0)] string Worker, [property: Id(1)] ReadOnlyMemory<byte> Message, [property: Id(2)] JobOptions Options);
