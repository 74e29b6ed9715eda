using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Cozy.Benchmarks.Servers;
using Microsoft.Data.Sqlite;

namespace Cozy.Benchmarks.Cases;

/// <summary>
/// Jobs that do nothing, pushed over HTTP by 32 clients and done by the server, against SQLite with a commit for each of
/// the three states a job has.
/// </summary>
internal sealed class JobsCase : BenchmarkCase
{
    private const int Clients = 32;
    private const int Jobs = 4_000;
    private const int States = 3;
    private const string Path = "/jobs/queue/log";

    public override string Name => "jobs";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var ratios = new List<double>();
        var speeds = new List<double>();
        for (var round = 0; round < options.Rounds + 1; round++)
        {
            var own = await DoJobsAsync(environment);
            var baseline = CommitStates(System.IO.Path.Combine(environment.Folder, $"jobs{round}.sqlite"));

            // The first round warms both sides up.
            if (round == 0)
                continue;
            speeds.Add(own);
            ratios.Add(own / baseline);
        }

        report.Add("empty jobs pushed and done", "cozy", Report.Median(speeds), "jobs/s", "");
        report.Add("", "ratio to SQLite, a commit for each state", Report.Median(ratios), "", ">= 1");
    }

    private static async Task<double> DoJobsAsync(BenchmarkEnvironment environment)
    {
        var body = Encoding.UTF8.GetBytes("""{"data":{"attributes":{"arguments":{}}}}""");
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, Jobs), new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (_, _) =>
        {
            using var pushed = await environment.SendAsync(HttpMethod.Post, Path, body);
        });
        while (await CountAsync(environment) > 0)
            await Task.Delay(10);
        return Jobs / clock.Elapsed.TotalSeconds;
    }

    private static async Task<int> CountAsync(BenchmarkEnvironment environment)
    {
        using var answer = await environment.SendAsync(HttpMethod.Get, Path);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        return json.RootElement.GetProperty("meta").GetProperty("count").GetInt32();
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
