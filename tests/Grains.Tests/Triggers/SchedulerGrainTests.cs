using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.Triggers;
using Xunit;

namespace Cozy.Grains.Tests.Triggers;

public sealed class SchedulerGrainTests(TestSilo silo) : IAsyncLifetime
{
    private const string Doctype = "io.cozy.plants";

    private Instance _instance = null!;

    private ISchedulerGrain Scheduler => silo.Of<ISchedulerGrain>(_instance);

    private IJobQueueGrain Jobs => silo.Of<IJobQueueGrain>(_instance);

    private IDoctypeGrain Plants => silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(_instance.Id, Doctype));

    public async ValueTask InitializeAsync() => _instance = await silo.CreateInstanceAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_time_that_comes_makes_one_job_and_the_trigger_is_gone()
    {
        var trigger = await AddAsync("@in", "200ms", """{"leaf":1}""");
        var job = Assert.Single(await WaitForJobsAsync(trigger.Id, 1));
        Assert.Contains("""  "message":{"leaf":1}""".Trim(), Text(job), StringComparison.Ordinal);
        await Until.TrueAsync(async () => await Scheduler.GetAsync(trigger.Id) is null);
        Assert.Single(await Jobs.ListOfTriggerAsync(trigger.Id, 10));
    }

    [Fact]
    public async Task What_was_missed_runs_once()
    {
        // As if the server had been down since the trigger was made, three hours ago.
        await WriteTriggerAsync("every", "@every", "1m", TimeSpan.FromHours(-3));
        await WriteTriggerAsync("once", "@at", Cozy.Grains.Storage.Json.TimeText(DateTimeOffset.UtcNow.AddHours(-2)), TimeSpan.FromHours(-3));
        await Scheduler.WakeUpAsync();
        await WaitForJobsAsync("every", 1);
        await WaitForJobsAsync("once", 1);
        await Scheduler.ForgetAsync();
        await Scheduler.WakeUpAsync();
        Assert.Single(await Jobs.ListOfTriggerAsync("every", 10));
        Assert.Single(await Jobs.ListOfTriggerAsync("once", 10));
        Assert.Null(await Scheduler.GetAsync("once"));
    }

    [Fact]
    public async Task A_scheduler_that_lost_its_memory_is_woken_and_goes_on()
    {
        var trigger = await AddAsync("@every", "1s");
        await WaitForJobsAsync(trigger.Id, 1);
        await Scheduler.ForgetAsync();
        await WaitForJobsAsync(trigger.Id, 3);
    }

    [Fact]
    public async Task Changes_of_documents_make_jobs_with_what_happened()
    {
        var trigger = await AddAsync("@event", $"{Doctype}:CREATED,UPDATED:fern:genus {Doctype}:DELETED");
        var revision = await WriteAsync("p1", null, """ "genus":"fern" """);
        await WriteAsync("p2", null, """ "genus":"moss" """);
        revision = await WriteAsync("p1", revision, """ "genus":"fern","n":2 """);
        await WriteAsync("p1", revision, null);
        var jobs = await WaitForJobsAsync(trigger.Id, 3);
        Assert.Equal(3, jobs.Count);

        await Scheduler.DeleteAsync(trigger.Id);
        await WriteAsync("p3", null, """ "genus":"fern" """);
        var next = await AddAsync("@event", Doctype);
        await WriteAsync("p4", null, """ "genus":"fern" """);
        await WaitForJobsAsync(next.Id, 1);
        Assert.Equal(3, (await Jobs.ListOfTriggerAsync(trigger.Id, 10)).Count);
        Assert.Single(await Jobs.ListOfTriggerAsync(next.Id, 10));
    }

    [Fact]
    public async Task The_message_can_be_made_of_the_event()
    {
        var trigger = await AddAsync(
            "@event", $"{Doctype}:UPDATED:!=:n", """{"was":"{{event.old.n}}","is":"{{event.doc.n}}","text":"{{event.verb}} {{event.doc._id}}"}""",
            change => change with { Options = new JobOptions { IsTemplate = true } });
        var revision = await WriteAsync("p1", null, "\"n\":1");
        revision = await WriteAsync("p1", revision, "\"n\":1,\"x\":1");
        await WriteAsync("p1", revision, "\"n\":2");
        var job = Assert.Single(await WaitForJobsAsync(trigger.Id, 1));
        Assert.Contains("""{"was":1,"is":2,"text":"UPDATED p1"}""", Text(job), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_nobody_told_of_is_found_in_the_feed()
    {
        var trigger = await AddAsync("@event", Doctype);
        await Scheduler.ForgetAsync();

        // Past the Doctype grain, as a write after which its silo died before it could tell.
        await silo.Documents.EditAsync(
            Cozy.Storage.Documents.DatabaseName.ForDoctype(_instance.Id, Doctype),
            [new Cozy.Storage.Documents.DocumentEdit("p1", null, false, "\"n\":1"u8.ToArray())], TestContext.Current.CancellationToken);
        await Scheduler.WakeUpAsync();
        await WaitForJobsAsync(trigger.Id, 1);
        await Scheduler.WakeUpAsync();
        Assert.Single(await Jobs.ListOfTriggerAsync(trigger.Id, 10));
    }

    [Fact]
    public async Task Many_events_make_one_job_with_a_debounce_also_over_a_loss_of_memory()
    {
        var trigger = await AddAsync("@event", Doctype, "{}", change => change with { Debounce = "1s" });
        for (var i = 0; i < 5; i++)
            await WriteAsync($"p{i}", null, "\"n\":1");
        await Until.TrueAsync(async () => await GatheredAsync() == 5);
        await Scheduler.ForgetAsync();
        await Scheduler.WakeUpAsync();
        Assert.Contains("\"debounced\":true", Text(Assert.Single(await WaitForJobsAsync(trigger.Id, 1))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_makes_jobs_if_it_is_signed_and_not_called_too_often()
    {
        var trigger = await AddAsync("@webhook", "", "{}", change => change with { Signature = new NewSignature("X-Hub-Signature-256", "topsecretkey") });
        Assert.DoesNotContain("topsecretkey", Text(trigger), StringComparison.Ordinal);
        var body = """{"event":"bloom"}"""u8.ToArray();
        var good = Convert.ToHexStringLower(HMACSHA256.HashData("topsecretkey"u8, body));

        foreach (var signature in new[] { null, "", "sha256=", "zz", $"sha256={new string('0', 64)}", good[..^2] })
            Assert.Equal(ErrorKind.Forbidden, (await Assert.ThrowsAsync<CozyException>(() => CallAsync(trigger.Id, body, signature))).Kind);
        Assert.Empty(await Jobs.ListOfTriggerAsync(trigger.Id, 10));

        for (var i = 0; i < 30; i++)
            await CallAsync(trigger.Id, body, $"sha256={good}");
        Assert.Equal(ErrorKind.TooManyRequests, (await Assert.ThrowsAsync<CozyException>(() => CallAsync(trigger.Id, body, good))).Kind);
        Assert.Equal(30, (await Jobs.ListOfTriggerAsync(trigger.Id, 50)).Count);
        Assert.Equal(ErrorKind.NotFound, (await Assert.ThrowsAsync<CozyException>(() => CallAsync("ghost", body, null))).Kind);
        var other = await AddAsync("@in", "3h");
        Assert.Equal(ErrorKind.Invalid, (await Assert.ThrowsAsync<CozyException>(() => CallAsync(other.Id, body, null))).Kind);
    }

    [Fact]
    public async Task Calls_of_a_webhook_are_gathered_with_what_was_posted()
    {
        var trigger = await AddAsync("@webhook", "", """{"all":"{{payload}}"}""", change => change with
        {
            Debounce = "300ms",
            Options = new JobOptions { IsTemplate = true },
        });
        await CallAsync(trigger.Id, "{\"n\":1}"u8.ToArray(), null);
        await CallAsync(trigger.Id, "{\"n\":2}"u8.ToArray(), null);
        var job = Assert.Single(await WaitForJobsAsync(trigger.Id, 1));
        Assert.Contains("""{"all":{"payloads":[{"n":1},{"n":2}]}}""", Text(job), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_stands_for_all_below_it()
    {
        var tree = silo.Of<Cozy.Grains.Files.IFileTreeGrain>(_instance);
        var folder = await MakeFolderAsync(tree, "/a");
        var trigger = await AddAsync("@event", $"io.cozy.files:CREATED:{folder}");
        var inside = await MakeFolderAsync(tree, "/a/b/c");
        await MakeFolderAsync(tree, "/elsewhere");
        var jobs = await WaitForJobsAsync(trigger.Id, 2);
        Assert.Equal(2, jobs.Count);
        Assert.NotNull(inside);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        await FailsAsync(ErrorKind.Invalid, "@moon", "full");
        await FailsAsync(ErrorKind.BadRequest, "@at", "soon");
        await FailsAsync(ErrorKind.BadRequest, "@at", "");
        await FailsAsync(ErrorKind.BadRequest, "@at", "2026-02-30T00:00:00Z");
        await FailsAsync(ErrorKind.BadRequest, "@at", "2026-02-28T24:00:01Z");
        await FailsAsync(ErrorKind.BadRequest, "@at", "0001-01-01T00:00:00+14:00");
        await FailsAsync(ErrorKind.BadRequest, "@at", "9999-12-31T23:59:59-14:00");
        await FailsAsync(ErrorKind.BadRequest, "@at", "10000-01-01T00:00:00Z");
        await FailsAsync(ErrorKind.BadRequest, "@in", "forever");
        await FailsAsync(ErrorKind.BadRequest, "@in", "-5m");
        await FailsAsync(ErrorKind.BadRequest, "@in", "999999999999h");
        await FailsAsync(ErrorKind.BadRequest, "@every", "");
        await FailsAsync(ErrorKind.BadRequest, "@every", "NaNs");
        await FailsAsync(ErrorKind.BadRequest, "@every", "1e9s");
        await FailsAsync(ErrorKind.BadRequest, "@every", new string('1', 5000) + "s");
        await FailsAsync(ErrorKind.BadRequest, "@every", "0s");
        await FailsAsync(ErrorKind.BadRequest, "@every", "10ms");
        await FailsAsync(ErrorKind.BadRequest, "@cron", "0 0 0 30 2 *");
        await FailsAsync(ErrorKind.BadRequest, "@cron", $"{string.Join(',', Enumerable.Repeat("1-59", 2000))} * * * * *");
        await FailsAsync(ErrorKind.BadRequest, "@event", "x:FLYING");
        await FailsAsync(ErrorKind.Invalid, "@event", Doctype, change => change with { Debounce = "later" });
        await FailsAsync(ErrorKind.TooLarge, "@in", "1h", change => change with { Message = new byte[2 << 20] });
        Assert.Empty(await Scheduler.ListAsync());

        // Far away, but a time.
        await AddAsync("@at", "9999-12-31T23:59:59Z");
        await AddAsync("@in", "876000h");
        await AddAsync("@every", "876000h");
        await Scheduler.ForgetAsync();
        await Scheduler.WakeUpAsync();
        Assert.Equal(3, (await Scheduler.ListAsync()).Count);
        Assert.Empty(await Jobs.ListOpenAsync("log"));
    }

    [Fact]
    public async Task A_thousand_triggers_each_second_are_slowed_down_and_no_other_instance_notices()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => AddAsync("@every", "1s")));
        var triggers = (await Scheduler.ListAsync()).Select(trigger => trigger.Id).ToArray();
        Assert.Equal(1000, triggers.Length);

        var other = await silo.CreateInstanceAsync();
        var others = silo.Of<ISchedulerGrain>(other);
        var each = await others.AddAsync(new NewTrigger { Type = "@every", Arguments = "1s", Worker = "log" });
        var (before, clock) = (await CountJobsAsync(), System.Diagnostics.Stopwatch.StartNew());
        await Until.TrueAsync(async () => (await silo.Of<IJobQueueGrain>(other).ListOfTriggerAsync(each.Id, 10)).Count >= 5);

        // At most fifty each second, whatever part of one this began and ended in.
        Assert.InRange(await CountJobsAsync() - before, 1, 50 * (clock.Elapsed.TotalSeconds + 2));
        await Task.WhenAll(triggers.Select(Scheduler.DeleteAsync));
        await others.DeleteAsync(each.Id);
    }

    [Fact]
    public async Task Triggers_each_second_are_slowed_down_and_none_starves()
    {
        var triggers = new List<string>();
        for (var i = 0; i < 200; i++)
            triggers.Add((await AddAsync("@every", "1s")).Id);
        // Fifty each second: all have had their turn after some, and nobody twice before.
        await Until.TrueAsync(async () =>
            (await Task.WhenAll(triggers.Select(id => Jobs.ListOfTriggerAsync(id, 1)))).All(jobs => jobs.Count == 1));
        foreach (var id in triggers)
            await Scheduler.DeleteAsync(id);
    }

    [Fact]
    public async Task A_launch_is_manual_and_a_clients_job_runs_at_once()
    {
        var trigger = await AddAsync("@client", "", "{}", change => change with { Worker = "log" });
        var job = await Scheduler.LaunchAsync(trigger.Id);
        Assert.Contains("\"worker\":\"client\"", Text(job), StringComparison.Ordinal);
        Assert.Contains("\"manual_execution\":true,\"state\":\"running\"", Text(job), StringComparison.Ordinal);
        var ended = await Jobs.EndClientJobAsync(job.Id, "LOGIN_FAILED");
        Assert.Contains("\"error\":\"LOGIN_FAILED\"", Text(ended), StringComparison.Ordinal);
        var state = JsonElement.Parse((await Scheduler.GetStatesAsync([trigger.Id]))[0].Span);
        Assert.Equal("errored", state.GetProperty("status").GetString());
        Assert.Equal(job.Id, state.GetProperty("last_manual_job_id").GetString());
        Assert.Equal("LOGIN_FAILED", state.GetProperty("last_error").GetString());
    }

    private static async Task<string> MakeFolderAsync(Cozy.Grains.Files.IFileTreeGrain tree, string path) =>
        (await tree.CreateDirectoryAtPathAsync(path, true, new Cozy.Grains.Files.NewDirectory())).Id;

    private async Task<long> CountJobsAsync() =>
        (await silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(_instance.Id, "io.cozy.jobs")).DescribeAsync())?.DocumentCount ?? 0;

    private async Task<int> GatheredAsync()
    {
        var state = await silo.Documents.GetAsync(
            Cozy.Storage.Documents.DatabaseName.ForDoctype(_instance.Id, "io.cozy.scheduler"), "state", Cozy.Storage.Documents.ReadOptions.Winner);
        return SchedulerState.Parse(state!).Gathered.Values.Sum(one => one.Count);
    }

    private async Task WriteTriggerAsync(string id, string type, string arguments, TimeSpan age)
    {
        var at = DateTimeOffset.UtcNow + age;
        var document = new TriggerDocument
        {
            Id = id,
            Domain = _instance.Domain,
            InstanceId = _instance.Id,
            Type = type,
            Worker = "log",
            Arguments = arguments,
            CreatedAt = at,
            UpdatedAt = at,
        };
        await silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(_instance.Id, "io.cozy.triggers"))
            .EditAsync([new Edit(id, null, false, document.ToMembers())]);
    }

    private Task CallAsync(string id, byte[] body, string? signature) => Scheduler.CallWebhookAsync(id, new WebhookCall(
        body, false, signature is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["x-hub-signature-256"] = signature }));

    private async Task FailsAsync(ErrorKind kind, string type, string arguments, Func<NewTrigger, NewTrigger>? change = null) =>
        Assert.Equal(kind, (await Assert.ThrowsAsync<CozyException>(() => AddAsync(type, arguments, "{}", change))).Kind);

    private Task<Document> AddAsync(string type, string arguments, string message = "{}", Func<NewTrigger, NewTrigger>? change = null)
    {
        var trigger = new NewTrigger { Type = type, Arguments = arguments, Worker = "log", Message = Encoding.UTF8.GetBytes(message) };
        return Scheduler.AddAsync(change?.Invoke(trigger) ?? trigger);
    }

    private async Task<string> WriteAsync(string id, string? parent, string? members) =>
        (await Plants.EditAsync([new Edit(id, parent, members is null, Encoding.UTF8.GetBytes(members?.Trim() ?? ""))]))[0].Revision!;

    private async Task<IReadOnlyList<Document>> WaitForJobsAsync(string triggerId, int count)
    {
        IReadOnlyList<Document> jobs = [];
        await Until.TrueAsync(async () => (jobs = await Jobs.ListOfTriggerAsync(triggerId, 50)).Count >= count);
        return jobs;
    }

    private static string Text(Document document) => Encoding.UTF8.GetString(document.Members.Span);
}
