using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Cozy.Benchmarks.Servers;

namespace Cozy.Benchmarks.Cases;

/// <summary>
/// How long jobs of 49 instances wait, one each second, while another instance has 10,000 in its queue, against without:
/// in turn in one run.
/// </summary>
internal sealed class FairnessCase : BenchmarkCase
{
    private const int Instances = 50;
    private const int Flood = 10_000;
    private const int FloodClients = 16;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    public override string Name => "fairness";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var silo = await BenchmarkSilo.StartAsync(environment, Name);
        var tenants = await silo.CreateTenantsAsync(Name, Instances, "io.cozy.jobs");
        List<double> calm = [], flooded = [], drains = [];
        for (var round = 0; round < options.Rounds + 1; round++)
        {
            var quiet = await WaitsAsync(tenants[1..], () => Task.Delay(Quiet));
            var clock = Stopwatch.StartNew();
            var busy = await WaitsAsync(tenants[1..], async () =>
            {
                await FloodAsync(tenants[0]);
                drains.Add(Flood / clock.Elapsed.TotalSeconds);
            });

            // The first round warms both sides up.
            if (round == 0)
                continue;
            calm.AddRange(quiet);
            flooded.AddRange(busy);
        }

        await silo.StopAsync();
        report.Add($"wait of a job of 49 instances, p99 of {calm.Count}", "cozy", P99(calm), "ms", "");
        report.Add($"the same beside a queue of {Flood}, p99 of {flooded.Count}", "cozy", P99(flooded), "ms", "");
        report.Add("", "ratio", P99(flooded) / P99(calm), "", "< 3");
        report.Add("median without and beside the queue", "cozy", Report.Median(calm), "ms", "");
        report.Add("", "cozy", Report.Median(flooded), "ms", "");
        report.Add("jobs of the queue meanwhile", "cozy", Report.Median(drains), "jobs/s", "");
    }

    /// <summary>Has each instance push a job a second as long as something goes on.</summary>
    /// <returns>How long each waited for a worker, in milliseconds.</returns>
    private static async Task<IReadOnlyList<double>> WaitsAsync(Tenant[] tenants, Func<Task> meanwhile)
    {
        using var stop = new CancellationTokenSource();
        var jobs = new ConcurrentBag<(Tenant Tenant, string Id)>();
        var pushing = tenants.Select((tenant, i) => Task.Run(async () =>
        {
            // Not all in the same moment.
            await Task.Delay(Pace * i / tenants.Length);
            using var timer = new PeriodicTimer(Pace);
            while (!stop.IsCancellationRequested)
            {
                jobs.Add((tenant, await tenant.PushJobAsync()));
                await timer.WaitForNextTickAsync();
            }
        })).ToArray();
        await meanwhile();
        await stop.CancelAsync();
        await Task.WhenAll(pushing);
        foreach (var tenant in tenants)
            await DrainAsync(tenant);
        return await Task.WhenAll(jobs.Select(job => WaitAsync(job.Tenant, job.Id)));
    }

    private static async Task FloodAsync(Tenant tenant)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, Flood), new ParallelOptions { MaxDegreeOfParallelism = FloodClients }, async (_, _) =>
            await tenant.PushJobAsync());
        await DrainAsync(tenant);
    }

    private static async Task DrainAsync(Tenant tenant)
    {
        while (await tenant.CountJobsAsync() > 0)
            await Task.Delay(50);
    }

    private static async Task<double> WaitAsync(Tenant tenant, string id)
    {
        var job = (await tenant.SendAsync(HttpMethod.Get, $"/jobs/{id}")).GetProperty("data").GetProperty("attributes");
        return (Time("started_at") - Time("queued_at")).TotalMilliseconds;

        DateTimeOffset Time(string name) => DateTimeOffset.Parse(job.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
    }

    private static double P99(List<double> values) => values.Order().ElementAt((int)(values.Count * 0.99));
}
