using System.Diagnostics;
using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Web.Tests.Jobs;

public sealed class ExternalWorkersTests(TestServer server)
{
    private const string Scope = "io.cozy.jobs:PATCH:ocr:worker";

    [Fact]
    public async Task A_worker_takes_jobs_and_says_how_they_ended()
    {
        var cozy = await server.CreateInstanceAsync();
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
            ids.Add((await JobEndpointsTests.PushAsync(cozy, "ocr", $$$$$"""{"arguments":{"page":{{{{{i}}}}}}}""")).Data.GetProperty("id").GetString()!);

        var jobs = await LeaseAsync(cozy, """{"max":10,"lease":30,"name":"me"}""");
        Assert.Equal(ids, jobs.Select(job => job.GetProperty("id").GetString()));
        Assert.Equal(1, jobs[1].GetProperty("message").GetProperty("page").GetInt32());
        Assert.Equal(cozy.Instance.Domain, jobs[0].GetProperty("instance").GetString());
        Assert.Empty(await LeaseAsync(cozy, "{}"));

        await SayAsync(cozy, jobs[0], "heartbeat", """{"progress":{"done":1,"total":2}}""", 204);
        await SayAsync(cozy, jobs[0], "log", """{"level":"warning","message":"hm"}""", 204);
        await SayAsync(cozy, jobs[0], "complete", """{"result":{"text":"leaf"}}""", 204);
        await SayAsync(cozy, jobs[0], "complete", "", 204);
        await SayAsync(cozy, jobs[0], "heartbeat", "", 410);
        await JobEndpointsTests.WaitForAsync(cozy, ids[0], "done");

        await SayAsync(cozy, jobs[1], "fail", """{"error":"no text","final":true}""", 204);
        Assert.Equal("no text", (await JobEndpointsTests.WaitForAsync(cozy, ids[1], "errored")).GetProperty("error").GetString());

        await SayAsync(cozy, jobs[2], "release", "", 204);
        await SayAsync(cozy, jobs[3], "fail", """{"error":"again"}""", 204);
        var again = new List<JsonElement>();
        while (again.Count < 2)
            again.AddRange(await LeaseAsync(cozy, """{"max":10,"wait":20}"""));
        Assert.Equal([1, 2], again.OrderBy(job => ids.IndexOf(job.GetProperty("id").GetString()!)).Select(job => job.GetProperty("attempt").GetInt32()));
        foreach (var job in again)
            await SayAsync(cozy, job, "complete", "", 204);
    }

    [Fact]
    public async Task A_worker_that_waits_is_woken_by_a_job()
    {
        var cozy = await server.CreateInstanceAsync();
        var waiting = LeaseAsync(cozy, """{"wait":25}""");
        await JobEndpointsTests.PushAsync(cozy, "ocr", "{}");
        Assert.Single(await waiting);
    }

    [Fact]
    public async Task One_worker_too_many_that_waits_is_told_to_come_back_later()
    {
        var cozy = await server.CreateInstanceAsync();
        var most = new Grains.Jobs.JobsOptions().MaxWaitingWorkers;
        var waiting = Enumerable.Range(0, most + 1)
            .Select(_ => cozy.AskAsync("POST", "/jobs/workers/ocr/leases", Scope, Cozy.Json("""{"wait":25}"""))).ToList();

        // All others wait until there is a job.
        var refused = await Task.WhenAny(waiting);
        Assert.NotEmpty((await refused).Expect(429).Headers["Retry-After"]);
        await JobEndpointsTests.PushAsync(cozy, "ocr", "{}");
        waiting.Remove(refused);
        var jobs = (await Task.WhenAll(waiting)).Sum(answer => answer.Expect(200).Json.GetProperty("jobs").GetArrayLength());
        Assert.Equal(1, jobs);
    }

    [Theory]
    [InlineData("/jobs/workers/ocr/leases", null, "{}", 401)]
    [InlineData("/jobs/workers/ocr/leases", "io.cozy.jobs:GET", "{}", 403)]
    [InlineData("/jobs/workers/ocr/leases", "io.cozy.jobs:PATCH:other:worker", "{}", 403)]
    [InlineData("/jobs/workers/ocr/leases", Scope, """{"max":1000}""", 422)]
    [InlineData("/jobs/workers/ocr/leases", Scope, """{"lease":0}""", 422)]
    [InlineData("/jobs/workers/ocr/leases", Scope, """{"wait":"long"}""", 422)]
    [InlineData("/jobs/workers/ocr/leases", Scope, "[]", 400)]
    [InlineData("/jobs/workers/sendmail/leases", "io.cozy.jobs", "{}", 404)]
    [InlineData("/jobs/leases/nonsense/complete", null, "{}", 410)]
    [InlineData("/jobs/leases/cozy0.x.00000000000000000000000000000000/complete", null, "{}", 410)]
    [InlineData("/farm/workers/farmed/leases", null, "{}", 401)]
    [InlineData("/farm/workers/farmed/leases", "*", "{}", 403)]
    public async Task Who_may_not_take_jobs_gets_none(string target, string? scope, string body, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("POST", target, scope, Cozy.Json(body))).Expect(status);
    }

    [Fact]
    public async Task A_token_of_the_farm_opens_only_its_workers()
    {
        var cozy = await server.CreateInstanceAsync();
        (await AskFarmAsync(cozy, "ocr", "{}")).Expect(403);
        (await AskFarmAsync(cozy, "farmed", "{}")).Expect(200);
    }

    /// <summary>The examples of the documentation are run as they are.</summary>
    [Theory]
    [InlineData("python3", "worker.py")]
    [InlineData("node", "worker.mjs")]
    [InlineData("sh", "worker.sh")]
    public async Task The_example_workers_do_jobs_of_all_instances(string program, string file)
    {
        var start = new ProcessStartInfo(program, [RepositoryFolder.Under("docs", "workers", file)]) { RedirectStandardError = true };
        start.Environment["COZY_URL"] = server.Address.ToString().TrimEnd('/');
        start.Environment["COZY_TOKEN"] = TestServer.FarmToken;
        start.Environment["COZY_WORKER"] = "farmed";
        using var worker = Process.Start(start)!;
        try
        {
            foreach (var cozy in new[] { await server.CreateInstanceAsync(), await server.CreateInstanceAsync() })
            {
                var good = (await JobEndpointsTests.PushAsync(cozy, "farmed", """{"arguments":{"text":"leaf"}}""")).Data.GetProperty("id").GetString()!;
                var bad = (await JobEndpointsTests.PushAsync(cozy, "farmed", """{"arguments":{"nothing":1},"options":{"max_exec_count":1}}""")).Data.GetProperty("id").GetString()!;
                await JobEndpointsTests.WaitForAsync(cozy, good, "done");
                Assert.Equal("there is no text", (await JobEndpointsTests.WaitForAsync(cozy, bad, "errored")).GetProperty("error").GetString());
            }
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
            await worker.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static Task<Answer> AskFarmAsync(Cozy cozy, string worker, string body) => cozy.AskAsync(
        "POST", $"/farm/workers/{worker}/leases", null, Cozy.Json(body),
        request => request.Headers.Authorization = new("Bearer", TestServer.FarmToken));

    private static async Task<List<JsonElement>> LeaseAsync(Cozy cozy, string body) =>
        [.. (await cozy.AskAsync("POST", "/jobs/workers/ocr/leases", Scope, Cozy.Json(body))).Expect(200).Json.GetProperty("jobs").EnumerateArray()];

    private static async Task SayAsync(Cozy cozy, JsonElement job, string verb, string body, int status) =>
        (await cozy.AskAsync("POST", $"/jobs/leases/{job.GetProperty("lease")}/{verb}", null, body.Length == 0 ? null : Cozy.Json(body))).Expect(status);
}
