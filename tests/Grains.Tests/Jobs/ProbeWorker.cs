using System.Collections.Concurrent;
using Cozy.Grains.Jobs;

namespace Cozy.Grains.Tests.Jobs;

/// <summary>A worker that does what its message says, and remembers that it did.</summary>
internal sealed class ProbeWorker : IWorker
{
    private static readonly ConcurrentQueue<(string Instance, string Id)> AllRuns = new();
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> Gates = new();

    public WorkerType Type { get; } = new("probe")
    {
        MaxTries = 3,
        Timeout = TimeSpan.FromSeconds(20),
        RetryDelay = TimeSpan.FromMilliseconds(20),
        PerInstance = 2,
        PerSilo = 4,
    };

    /// <summary>The runs there were of an instance's jobs.</summary>
    public static IReadOnlyList<string> RunsOf(string instance) => [.. AllRuns.Where(run => run.Instance == instance).Select(run => run.Id)];

    /// <summary>Lets jobs go on that wait for a gate.</summary>
    public static void Open(string gate) => Gate(gate).TrySetResult();

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        AllRuns.Enqueue((job.InstanceId, job.Id));
        if (Text(job, "gate") is { } gate)
            await Gate(gate).Task.WaitAsync(cancellationToken);
        if (Text(job, "fail") is { } error)
            throw new JobFailedException(error, isFinal: error == "final");
        if (Text(job, "crash") is not null)
            throw new InvalidOperationException("secret of the inside");
        return """{"answer":42}"""u8.ToArray();
    }

    private static string? Text(JobRun job, string name) =>
        job.Message.ValueKind == System.Text.Json.JsonValueKind.Object && job.Message.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static TaskCompletionSource Gate(string name) =>
        Gates.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
