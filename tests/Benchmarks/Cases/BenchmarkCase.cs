using Cozy.Benchmarks.Servers;

namespace Cozy.Benchmarks.Cases;

/// <summary>One comparison of the real server with what the machine allows.</summary>
internal abstract class BenchmarkCase
{
    public static IReadOnlyList<BenchmarkCase> All { get; } =
    [
        new IdleCase(), new ColdCase(), new ReadCase(), new CreateCase(), new ListCase(), new FindCase(), new QueryCase(), new DownloadCase(),
        new UploadCase(), new LargeFileCase(), new SmallUploadCase(), new LargeTreeCase(), new BulkCase(), new ManyInstancesCase(), new RealtimeCase(),
        new AssetCase(), new JobsCase(), new FairnessCase(), new SchedulerCase(), new AccessCase(), new GuessCase(),
    ];

    public abstract string Name { get; }

    public abstract Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report);
}
