using System.Diagnostics;
using Cozy.Benchmarks.Servers;
using Microsoft.Data.Sqlite;

namespace Cozy.Benchmarks.Cases;

/// <summary>
/// Jobs that do nothing, pushed over HTTP by 32 clients and done by the server, against SQLite with a commit for each of
/// the three states a job has: by one server of one and of many instances, and by two silos where their services are.
/// </summary>
internal sealed class JobsCase : BenchmarkCase
{
    private const int Clients = 32;
    private const int Jobs = 4_000;
    private const int States = 3;
    private const int Instances = 20;
    private const string Scope = "io.cozy.jobs";
    private int _files;

    public override string Name => "jobs";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var silo = await BenchmarkSilo.StartAsync(environment, "jobs");
        var one = await silo.CreateTenantsAsync("one", 1, Scope);
        await CompareAsync("empty jobs of one instance pushed and done", one, environment, options, report);
        var many = await silo.CreateTenantsAsync("many", Instances, Scope);
        await CompareAsync($"the same, of {Instances} instances", many, environment, options, report);
        await silo.StopAsync();

        if (await BenchmarkFarm.StartAsync(environment) is not { } farm)
        {
            report.Add("the same, by two silos", "left out: there is no Redis or no Swift", 0, "", "");
            return;
        }

        var shared = await farm[0].CreateTenantsAsync("farm", Instances, Scope);
        Tenant[] both = [.. shared.Select((tenant, i) => tenant with { Address = farm[i % farm.Length].Address })];
        await CompareAsync("the same, by two silos and a document server", both, environment, options, report);
        foreach (var member in farm)
            await member.StopAsync();
    }

    private async Task CompareAsync(string name, Tenant[] tenants, BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var ratios = new List<double>();
        var speeds = new List<double>();
        var baselines = new List<double>();
        for (var round = 0; round < options.Rounds + 1; round++)
        {
            var own = await DoJobsAsync(tenants);
            var baseline = CommitStates(Path.Combine(environment.Folder, $"jobs{_files++}.sqlite"));

            // The first round warms both sides up.
            if (round == 0)
                continue;
            speeds.Add(own);
            baselines.Add(baseline);
            ratios.Add(own / baseline);
        }

        report.Add(name, "cozy", Report.Median(speeds), "jobs/s", "");
        report.Add("", "SQLite, a commit for each state", Report.Median(baselines), "jobs/s", "");
        report.Add("", "ratio", Report.Median(ratios), "", ">= 1");
    }

    private static async Task<double> DoJobsAsync(Tenant[] tenants)
    {
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, Jobs), new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (i, _) =>
            await tenants[i % tenants.Length].PushJobAsync());
        foreach (var tenant in tenants)
        {
            while (await tenant.CountJobsAsync() > 0)
                await Task.Delay(10);
        }

        return Jobs / clock.Elapsed.TotalSeconds;
    }

    private static double CommitStates(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE jobs(id INTEGER PRIMARY KEY, state INTEGER)");
        var clock = Stopwatch.StartNew();
        for (var step = 0; step < Jobs; step++)
            Execute(connection, $"INSERT INTO jobs VALUES ({step / States}, 0) ON CONFLICT(id) DO UPDATE SET state = state + 1");
        return Jobs / (double)States / clock.Elapsed.TotalSeconds;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
