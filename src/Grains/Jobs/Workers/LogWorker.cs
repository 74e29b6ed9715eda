using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Jobs.Workers;

/// <summary>Writes a job into the server's log: for trying triggers. The message itself is the owner's and stays out of it.</summary>
internal sealed partial class LogWorker(ILogger<LogWorker> log) : IWorker
{
    public WorkerType Type { get; } = new("log") { Timeout = TimeSpan.FromSeconds(1), PerSilo = 32 };

    public Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        LogJob(log, job.Id, job.InstanceId, job.TriggerId, job.Message.ValueKind);
        return Task.FromResult(ReadOnlyMemory<byte>.Empty);
    }

    [LoggerMessage(1341, LogLevel.Information, "Job {JobId} of {InstanceId}, trigger {TriggerId}, with a message that is {Kind}")]
    private static partial void LogJob(ILogger logger, string jobId, string instanceId, string? triggerId, System.Text.Json.JsonValueKind kind);
}
