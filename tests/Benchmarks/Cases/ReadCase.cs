using Cozy.Benchmarks.Load;
using Cozy.Benchmarks.Servers;

namespace Cozy.Benchmarks.Cases;

/// <summary>Authenticated GET of a document of 1 KiB, against Kestrel answering the same bytes from memory.</summary>
internal sealed class ReadCase : BenchmarkCase
{
    public override string Name => "read";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var results = await ClosedLoop.AlternateAsync(
            options.Rounds,
            () => RequestLoad.GetAsync(
                environment.Client, new Uri(environment.Cozy, BenchmarkEnvironment.DocumentPath), environment.Headers, options.Duration),
            () => RequestLoad.GetAsync(
                environment.Client, new Uri(environment.Bare, "/document"), environment.Headers, options.Duration));
        report.Add("GET a document of 1 KiB, 32 clients", results[0], 0.45, ("bare Kestrel", results[1]));
    }
}
