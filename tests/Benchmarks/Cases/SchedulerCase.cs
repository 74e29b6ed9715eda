using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cozy.Benchmarks.Servers;

namespace Cozy.Benchmarks.Cases;

/// <summary>
/// 2,000 instances with 20 triggers each on one server: how long it takes to start with them and to make up what was
/// missed, what memory it then has, and how late the jobs of due triggers are: spread over a minute, and all at once.
/// </summary>
internal sealed class SchedulerCase : BenchmarkCase
{
    private const int Instances = 2_000;
    private const int AtOnce = 8;
    private static readonly TimeSpan Missed = TimeSpan.FromSeconds(61);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1.5);

    /// <summary>What each instance has besides the one that is due each minute.</summary>
    private static readonly (string Type, string Arguments)[] Others =
    [
        ("@hourly", ""), ("@daily", ""), ("@daily", "before 5am"), ("@daily", "between 8am and 6pm"), ("@weekly", ""), ("@weekly", "on monday"),
        ("@weekly", "on weekday after 8pm"), ("@monthly", ""), ("@monthly", "on the 31"), ("@cron", "0 0 4 * * *"), ("@cron", "0 30 5 1 1 *"),
        ("@cron", "0 0 0 29 2 *"), ("@every", "24h"), ("@every", "720h"), ("@in", "48h"), ("@event", "io.cozy.contacts:CREATED"),
        ("@event", "io.cozy.contacts:DELETED"), ("@webhook", ""), ("@webhook", ""),
    ];

    public override string Name => "scheduler";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var silo = await BenchmarkSilo.StartAsync(environment, Name);
        var tenants = await silo.CreateTenantsAsync(Name, Instances, "io.cozy.jobs io.cozy.triggers");
        var triggers = new string[Instances];
        await EachAsync(async i =>
        {
            triggers[i] = await AddAsync(tenants[i], "@cron", EachMinuteAt(i));
            foreach (var (type, arguments) in Others)
                await AddAsync(tenants[i], type, arguments);
        });

        await silo.StopAsync();
        await Task.Delay(Missed);
        var started = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        await silo.StartAsync();
        report.Add($"start with {Instances} instances of {Others.Length + 1} triggers to first answer", "cozy", clock.Elapsed.TotalSeconds, "s", "");

        // What is due at its own second of each minute; the first job of each makes up what was missed.
        await Task.Delay(Window);
        var until = DateTimeOffset.UtcNow;
        report.Add("memory then", "cozy", silo.Memory(), "MiB", "");
        var times = await TimesAsync(tenants, triggers, started);
        report.Add("start to the last job that was missed", "cozy", (times.Max(own => own[0]) - started).TotalSeconds, "s", "");
        var late = times.SelectMany((own, i) => own.Skip(1).Where(time => time < until).Select(time => Lateness(time, i % 60))).ToList();
        Add(report, "lateness of triggers due at any second", late);

        var at = await AllAtOnceAsync(tenants, triggers);
        times = await TimesAsync(tenants, triggers, at);
        Add(report, $"lateness of {Instances} triggers due at the same second", [.. times.Select(own => (own[0] - at).TotalMilliseconds)]);
        await silo.StopAsync();
    }

    private static string EachMinuteAt(int i) => string.Create(CultureInfo.InvariantCulture, $"{i % 60} * * * * *");

    /// <summary>Has the triggers come due together once, and waits until they have made their jobs.</summary>
    private static async Task<DateTimeOffset> AllAtOnceAsync(Tenant[] tenants, string[] triggers)
    {
        var soon = DateTimeOffset.UtcNow.AddMinutes(2);
        var at = soon.AddTicks(-(soon.Ticks % TimeSpan.TicksPerMinute));
        var arguments = string.Create(CultureInfo.InvariantCulture, $"0 {at.Minute} {at.Hour} * * *");
        await EachAsync(i => tenants[i].SendAsync(HttpMethod.Patch, $"/jobs/triggers/{triggers[i]}", Body($"\"arguments\":\"{arguments}\"")));
        await Task.Delay(at - DateTimeOffset.UtcNow + TimeSpan.FromSeconds(30));
        return at;
    }

    /// <summary>When the jobs of each trigger were queued, from a time on, in order; waits for the first of each.</summary>
    private static async Task<DateTimeOffset[][]> TimesAsync(Tenant[] tenants, string[] triggers, DateTimeOffset from)
    {
        var times = new DateTimeOffset[tenants.Length][];
        await EachAsync(async i =>
        {
            while (times[i] is null or [])
            {
                var jobs = await tenants[i].SendAsync(HttpMethod.Get, $"/jobs/triggers/{triggers[i]}/jobs");
                times[i] = [.. jobs.GetProperty("data").EnumerateArray().Select(QueuedAt).Where(time => time >= from).Order()];
                if (times[i].Length == 0)
                    await Task.Delay(100);
            }
        });
        return times;
    }

    private static DateTimeOffset QueuedAt(JsonElement job) => DateTimeOffset.Parse(
        job.GetProperty("attributes").GetProperty("queued_at").GetString()!, CultureInfo.InvariantCulture);

    private static double Lateness(DateTimeOffset time, int second)
    {
        var due = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMinute)).AddSeconds(second);
        return (time - (due > time ? due.AddMinutes(-1) : due)).TotalMilliseconds;
    }

    private static async Task<string> AddAsync(Tenant tenant, string type, string arguments)
    {
        var added = await tenant.SendAsync(
            HttpMethod.Post, "/jobs/triggers", Body($$"""  "type":"{{type}}","arguments":"{{arguments}}","worker":"log","message":{} """));
        return added.GetProperty("data").GetProperty("id").GetString()!;
    }

    private static string Body(string attributes) => "{\"data\":{\"attributes\":{" + attributes + "}}}";

    private static Task EachAsync(Func<int, Task> action) => Parallel.ForEachAsync(
        Enumerable.Range(0, Instances), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await action(i));

    private static void Add(Report report, string name, List<double> late)
    {
        late.Sort();
        report.Add($"{name}, p99 of {late.Count}", "cozy", late[(int)(late.Count * 0.99)], "ms", "");
        report.Add("the same, median", "cozy", late[late.Count / 2], "ms", "");
    }
}
