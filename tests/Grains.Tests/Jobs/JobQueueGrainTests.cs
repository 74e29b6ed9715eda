using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Xunit;

namespace Cozy.Grains.Tests.Jobs;

public sealed class JobQueueGrainTests(TestSilo silo) : IAsyncLifetime
{
    private Instance _instance = null!;

    private IJobQueueGrain Queue => silo.Of<IJobQueueGrain>(_instance);

    public async ValueTask InitializeAsync() => _instance = await silo.CreateInstanceAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_job_is_done_and_its_document_says_so()
    {
        var pushed = await PushAsync("""{"a":1}""");
        Assert.Equal(
            """
            "domain":"DOMAIN","prefix":"ID","worker":"probe","message":{"a":1},"event":null,"state":"queued","queued_at":"AT","started_at":"0001-01-01T00:00:00Z","finished_at":"0001-01-01T00:00:00Z"
            """.Trim().Replace("DOMAIN", _instance.Domain, StringComparison.Ordinal).Replace("ID", _instance.Id, StringComparison.Ordinal),
            Text(pushed).Replace(Member(pushed, "queued_at")!, "AT", StringComparison.Ordinal));

        var done = await WaitForEndAsync(pushed.Id);
        Assert.Equal("done", Member(done, "state"));
        Assert.Null(Member(done, "error"));
        Assert.Equal([pushed.Id], ProbeWorker.RunsOf(_instance.Id));
        Assert.Empty(await Queue.ListOpenAsync("probe"));
    }

    [Fact]
    public async Task A_job_that_fails_is_tried_again_and_then_errored_with_its_history()
    {
        var pushed = await PushAsync("""{"fail":"no luck"}""");
        var ended = await WaitForEndAsync(pushed.Id);
        Assert.Equal(("errored", "no luck"), (Member(ended, "state"), Member(ended, "error")));
        Assert.Equal(3, ProbeWorker.RunsOf(_instance.Id).Count);
        // In its message, as its error, and for each try.
        Assert.Equal(5, Regex.Count(Text(ended), "no luck"));

        var final = await WaitForEndAsync((await PushAsync("""{"fail":"final"}""")).Id);
        Assert.Equal("final", Member(final, "error"));
        Assert.Equal(4, ProbeWorker.RunsOf(_instance.Id).Count);

        var crashed = await WaitForEndAsync((await PushAsync("""{"crash":"x"}""")).Id);
        Assert.DoesNotContain("secret", Text(crashed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_jobs_with_one_key_only_one_is_done()
    {
        var pushed = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PushAsync("{}", job => job with { IdempotencyKey = "k" })));
        Assert.Single(pushed.Select(job => job.Id).Distinct());
        await WaitForEndAsync(pushed[0].Id);
        await Queue.ForgetAsync();
        Assert.Equal("done", Member(await PushAsync("{}", job => job with { IdempotencyKey = "k" }), "state"));
        Assert.Single(ProbeWorker.RunsOf(_instance.Id));
    }

    [Fact]
    public async Task Jobs_of_higher_priority_and_of_persons_go_first()
    {
        var gate = NewGate();
        var first = new[] { await PushAsync(gate.Message), await PushAsync(gate.Message) };
        await Until.TrueAsync(() => Task.FromResult(ProbeWorker.RunsOf(_instance.Id).Count == 2));
        var low = await PushAsync("{}");
        var high = await PushAsync("{}", job => job with { Options = new JobOptions { Priority = 5 } });
        var manual = await PushAsync("{}", job => job with { IsManual = true });
        // No more than two of one instance run at a time.
        Assert.Equal(2, ProbeWorker.RunsOf(_instance.Id).Count);
        Assert.Equal(5, (await Queue.ListOpenAsync("probe")).Count);

        await Queue.CancelAsync(first[0].Id);
        await Task.WhenAll(WaitForEndAsync(low.Id), WaitForEndAsync(high.Id), WaitForEndAsync(manual.Id));
        ProbeWorker.Open(gate.Name);
        await WaitForEndAsync(first[1].Id);
        Assert.Equal([manual.Id, high.Id, low.Id], ProbeWorker.RunsOf(_instance.Id).Skip(2));
    }

    [Fact]
    public async Task A_tenant_whose_jobs_hang_does_not_hold_up_the_others()
    {
        var gate = NewGate();
        for (var i = 0; i < 50; i++)
            await PushAsync(gate.Message);
        await Until.TrueAsync(() => Task.FromResult(ProbeWorker.RunsOf(_instance.Id).Count == 2));

        var other = silo.Of<IJobQueueGrain>(await silo.CreateInstanceAsync());
        for (var i = 0; i < 5; i++)
        {
            var job = await other.PushAsync(new NewJob { Worker = "probe" });
            await Until.TrueAsync(async () => Member((await other.GetAsync(job.Id))!, "state") == "done");
        }

        Assert.Equal(2, ProbeWorker.RunsOf(_instance.Id).Count);
        ProbeWorker.Open(gate.Name);
        await Until.TrueAsync(async () => (await Queue.ListOpenAsync("probe")).Count == 0);
    }

    [Fact]
    public async Task A_job_outlives_the_memory_of_its_queue()
    {
        var gate = NewGate();
        var running = await PushAsync(gate.Message);
        var later = await PushAsync("{}", job => job with { NotBefore = DateTimeOffset.UtcNow.AddMilliseconds(300) });
        await Until.TrueAsync(() => Task.FromResult(ProbeWorker.RunsOf(_instance.Id).Count == 1));
        await Queue.ForgetAsync();
        ProbeWorker.Open(gate.Name);
        Assert.Equal("done", Member(await WaitForEndAsync(running.Id), "state"));
        Assert.Equal("done", Member(await WaitForEndAsync(later.Id), "state"));
        Assert.Equal(2, ProbeWorker.RunsOf(_instance.Id).Count);
    }

    [Fact]
    public async Task A_lease_that_is_not_renewed_runs_out_and_its_holder_can_end_nothing()
    {
        var lost = await PushAsync("{}", job => job with { Worker = "outside" });
        var first = Assert.Single(await LeaseAsync(TimeSpan.FromSeconds(2)));
        Assert.Equal(lost.Id, first.Job.Id);
        Assert.Empty(await LeaseAsync(TimeSpan.FromSeconds(30)));

        JobLease? second = null;
        await Until.TrueAsync(async () => (second = (await LeaseAsync(TimeSpan.FromSeconds(30))).SingleOrDefault()) is not null);
        Assert.False(await Queue.RenewAsync(first.Key, default));
        Assert.False(await Queue.CompleteAsync(first.Key, default));
        Assert.False(await Queue.CompleteAsync(second!.Key with { Secret = new string('0', 32) }, default));
        Assert.True(await Queue.RenewAsync(second.Key, """{"done":1}"""u8.ToArray()));
        Assert.Contains("\"progress\":{\"done\":1}", Text((await Queue.GetAsync(lost.Id))!), StringComparison.Ordinal);
        Assert.True(await Queue.CompleteAsync(second.Key, default));
        // A worker that missed the answer asks again.
        Assert.True(await Queue.CompleteAsync(second.Key, default));
        var ended = await WaitForEndAsync(lost.Id);
        Assert.Equal("done", Member(ended, "state"));
        Assert.DoesNotContain("lease", Text(ended), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_takes_too_long_is_taken_away()
    {
        var slow = await PushAsync("{}", job => job with
        {
            Worker = "outside",
            Options = new JobOptions { Timeout = TimeSpan.FromMilliseconds(100), MaxTries = 1 },
        });
        var lease = Assert.Single(await LeaseAsync(TimeSpan.FromSeconds(30)));
        var ended = await WaitForEndAsync(slow.Id);
        Assert.Equal("The job took too long.", Member(ended, "error"));
        Assert.False(await Queue.CompleteAsync(lease.Key, default));
    }

    [Fact]
    public async Task One_job_starts_the_next_with_its_result()
    {
        var first = await PushAsync("{}", job => job with
        {
            IdempotencyKey = "chain",
            Options = new JobOptions { Then = new("log", """{"n":"{{result.answer}}"}"""u8.ToArray(), JobOptions.Default) },
        });
        await WaitForEndAsync(first.Id);
        var second = await WaitForEndAsync(JobRules.IdOf("log", $"{first.Id}/log/then"));
        Assert.Contains("\"message\":{\"n\":42}", Text(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_and_changes_nothing()
    {
        await FailsAsync(ErrorKind.NotFound, job => job with { Worker = "ghost" });
        await FailsAsync(ErrorKind.TooLarge, job => job with { Message = new byte[(2 << 20) + 1] });
        await FailsAsync(ErrorKind.Invalid, job => job with { Options = new JobOptions { MaxTries = 11 } });
        await FailsAsync(ErrorKind.Invalid, job => job with { Options = new JobOptions { Timeout = TimeSpan.FromDays(2) } });
        await FailsAsync(ErrorKind.Invalid, job => job with { IdempotencyKey = "" });
        Assert.Null(await Queue.GetAsync("_design/open"));
        Assert.Empty(await silo.Of<IJobQueueGrain>(_instance).ListOpenAsync("probe"));
        var nobody = silo.Grains.GetGrain<IJobQueueGrain>($"cozy{Guid.NewGuid():N}");
        Assert.Equal(ErrorKind.NotFound, (await Assert.ThrowsAsync<CozyException>(() => nobody.PushAsync(new NewJob { Worker = "log" }))).Kind);
    }

    [Fact]
    public async Task Old_jobs_are_purged_but_for_the_last_of_each_kind()
    {
        var jobs = new List<string>();
        for (var i = 0; i < 5; i++)
            jobs.Add((await PushAsync("{}", job => job with { Worker = "log" })).Id);
        foreach (var id in jobs)
            await WaitForEndAsync(id);
        Assert.Equal(0, await Queue.PurgeAsync([], TimeSpan.FromHours(1)));
        Assert.Equal(0, await Queue.PurgeAsync(["probe"], TimeSpan.Zero));
        Assert.Equal(2, await Queue.PurgeAsync(["log"], TimeSpan.Zero));
        var left = await Task.WhenAll(jobs.Select(id => Queue.GetAsync(id)));
        Assert.Equal(3, left.Count(job => job is not null));
    }

    [Fact]
    public async Task A_job_that_failed_can_be_tried_again_by_hand()
    {
        var failed = await WaitForEndAsync((await PushAsync("""{"fail":"final"}""")).Id);
        await Queue.RetryAsync(failed.Id);
        await Until.TrueAsync(() => Task.FromResult(ProbeWorker.RunsOf(_instance.Id).Count == 2));
        await WaitForEndAsync(failed.Id);
        var done = await WaitForEndAsync((await PushAsync("{}")).Id);
        Assert.Equal(ErrorKind.Conflict, (await Assert.ThrowsAsync<CozyException>(() => Queue.RetryAsync(done.Id))).Kind);
    }

    private static (string Name, string Message) NewGate()
    {
        var name = Guid.NewGuid().ToString("N");
        return (name, $$"""{"gate":"{{name}}"}""");
    }

    private Task<IReadOnlyList<JobLease>> LeaseAsync(TimeSpan duration) => Queue.LeaseAsync(new LeaseRequest("outside", 10, "me", duration));

    private async Task FailsAsync(ErrorKind kind, Func<NewJob, NewJob> change) =>
        Assert.Equal(kind, (await Assert.ThrowsAsync<CozyException>(() => PushAsync("{}", change))).Kind);

    private Task<Document> PushAsync(string message, Func<NewJob, NewJob>? change = null)
    {
        var job = new NewJob { Worker = "probe", Message = Encoding.UTF8.GetBytes(message) };
        return Queue.PushAsync(change?.Invoke(job) ?? job);
    }

    private async Task<Document> WaitForEndAsync(string id)
    {
        Document? found = null;
        await Until.TrueAsync(async () => (found = await Queue.GetAsync(id)) is not null && Member(found, "state") is "done" or "errored");
        return found!;
    }

    private static string Text(Document document) => Encoding.UTF8.GetString(document.Members.Span);

    private static string? Member(Document document, string name)
    {
        using var json = JsonDocument.Parse($"{{{Text(document)}}}");
        return json.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
    }
}
