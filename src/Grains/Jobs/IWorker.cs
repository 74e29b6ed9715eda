using System.Text.Json;

namespace Cozy.Grains.Jobs;

/// <summary>
/// Does the jobs of one kind, inside the silos. Register an implementation with <c>AddWorker</c>. A job may be run more than
/// once (the process may die at any point), so running it twice must do no harm.
/// </summary>
public interface IWorker
{
    /// <summary>What kind it is.</summary>
    WorkerType Type { get; }

    /// <summary>Does one job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">The job took too long, was cancelled, or the silo stops.</param>
    /// <returns>What came out, any JSON, for the job that follows it; empty for nothing.</returns>
    /// <exception cref="JobFailedException">It failed for a reason that the owner can understand.</exception>
    Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken);
}

/// <summary>A job as a worker sees it.</summary>
public sealed class JobRun
{
    private readonly Func<ReadOnlyMemory<byte>, Task> _report;

    /// <summary>Creates one.</summary>
    /// <param name="report">Takes the progress.</param>
    public JobRun(Func<ReadOnlyMemory<byte>, Task> report) => _report = report;

    /// <summary>The instance it is for.</summary>
    public required string InstanceId { get; init; }

    /// <summary>The instance's domain when the job was pushed.</summary>
    public required string Domain { get; init; }

    /// <summary>The job's id.</summary>
    public required string Id { get; init; }

    /// <summary>What it is told.</summary>
    public required JsonElement Message { get; init; }

    /// <summary>The event that set it off; undefined for none.</summary>
    public JsonElement Event { get; init; }

    /// <summary>What was posted to the webhook; undefined for nothing.</summary>
    public JsonElement Payload { get; init; }

    /// <summary>The trigger that made it; null for none.</summary>
    public string? TriggerId { get; init; }

    /// <summary>Whether a person asked for it.</summary>
    public bool IsManual { get; init; }

    /// <summary>The how manieth try this is; the first is 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>How long it may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>When it was pushed.</summary>
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>Says how far it is; shown to whoever looks at the job.</summary>
    /// <param name="done">How much is done.</param>
    /// <param name="total">Of how much.</param>
    public Task ReportAsync(long done, long total) => _report(JsonSerializer.SerializeToUtf8Bytes(new { done, total }));
}

/// <summary>A job failed for a reason that the owner can understand.</summary>
/// <param name="message">The reason; never a secret or a path of the server.</param>
/// <param name="isFinal">Another try would fail too.</param>
/// <param name="inner">What was behind it.</param>
public sealed class JobFailedException(string message, bool isFinal = false, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether another try would fail too.</summary>
    public bool IsFinal { get; } = isFinal;
}
