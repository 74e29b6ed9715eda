using System.Text.Json;
using Cozy.Web.Auth.Tokens;
using Xunit;

namespace Cozy.Web.Tests.Jobs;

public sealed class JobEndpointsTests(TestServer server)
{
    private const string Jobs = "io.cozy.jobs";

    [Theory]
    [InlineData("POST", "/jobs/queue/log", Jobs, """{"data":{"attributes":{"arguments":{"leaf":1}}}}""", 202, "\"state\":\"queued\"")]
    [InlineData("POST", "/jobs/queue/log", "io.cozy.jobs:POST:log:worker", """{"data":{"attributes":{"arguments":{}}}}""", 202, "")]
    [InlineData("POST", "/jobs/queue/log", "io.cozy.jobs:POST:sendmail:worker", """{"data":{"attributes":{"arguments":{}}}}""", 403, "")]
    [InlineData("POST", "/jobs/queue/log", "io.cozy.jobs:GET", """{"data":{"attributes":{"arguments":{}}}}""", 403, "")]
    [InlineData("POST", "/jobs/queue/log", null, "{}", 401, "")]
    [InlineData("POST", "/jobs/queue/ghost", Jobs, """{"data":{"attributes":{"arguments":{}}}}""", 404, "jobs: could not find worker")]
    [InlineData("POST", "/jobs/queue/log", Jobs, "{", 400, "")]
    [InlineData("POST", "/jobs/queue/log", Jobs, "{}", 400, "JSON input is malformed")]
    [InlineData("POST", "/jobs/queue/log", Jobs, """{"data":{"attributes":{"options":{"max_exec_count":1000}}}}""", 422, "max_exec_count")]
    [InlineData("POST", "/jobs/queue/log", Jobs, """{"data":{"attributes":{"options":{"timeout":"long"}}}}""", 422, "timeout")]
    [InlineData("POST", "/jobs/queue/log", "io.cozy.jobs:POST:log:worker", """{"data":{"attributes":{"options":{"then":{"worker":"sendmail"}}}}}""", 403, "")]
    [InlineData("POST", "/jobs/queue/log", Jobs, """{"data":{"attributes":{"options":{"then":{"worker":"ghost"}}}}}""", 404, "could not find worker")]
    [InlineData("GET", "/jobs/queue/log", Jobs, null, 200, "\"data\":[")]
    [InlineData("GET", "/jobs/queue/ghost", Jobs, null, 200, "\"meta\":{\"count\":0}")]
    [InlineData("GET", "/jobs/queue/log", "io.cozy.jobs:GET:sendmail:worker", null, 403, "")]
    [InlineData("GET", "/jobs/ghost", Jobs, null, 404, "jobs: not found")]
    [InlineData("GET", "/jobs/ghost", "io.cozy.files", null, 403, "")]
    [InlineData("PATCH", "/jobs/ghost", Jobs, """{"data":{"attributes":{"state":"done"}}}""", 404, "jobs: not found")]
    [InlineData("DELETE", "/jobs/ghost", Jobs, null, 404, "jobs: not found")]
    [InlineData("POST", "/jobs/clean", Jobs, "{}", 200, "{\"deleted\":0}")]
    [InlineData("DELETE", "/jobs/purge?duration=1W&workers=log", Jobs, null, 200, "{\"deleted\":0}")]
    [InlineData("DELETE", "/jobs/purge?duration=2Y1M3D", Jobs, null, 200, "{\"deleted\":0}")]
    [InlineData("DELETE", "/jobs/purge?duration=zz", Jobs, null, 400, "invalid duration")]
    [InlineData("DELETE", "/jobs/purge?duration=", Jobs, null, 200, "")]
    [InlineData("POST", "/jobs/support", "io.cozy.support", """{"data":{"attributes":{"arguments":{"subject":"help","body":"please"}}}}""", 204, "")]
    [InlineData("POST", "/jobs/support", "io.cozy.files", """{"data":{"attributes":{"arguments":{}}}}""", 403, "")]
    [InlineData("POST", "/jobs/campaign-emails", Jobs, """{"data":{"attributes":{"arguments":{"subject":"x"}}}}""", 400, "emailer: missing content")]
    public async Task A_request_is_answered(string method, string target, string? scope, string? body, int status, string expected)
    {
        var cozy = await server.CreateInstanceAsync();
        var answer = await cozy.AskAsync(method, target, scope, body is null ? null : Cozy.Json(body));
        Assert.Contains(expected, answer.Expect(status).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_has_the_shape_that_clients_know()
    {
        var cozy = await server.CreateInstanceAsync();
        var answer = await PushAsync(cozy, "log", """{"arguments":{"leaf":2},"manual":true,"options":{"priority":3,"timeout":60,"max_exec_count":2}}""");
        var id = answer.Data.GetProperty("id").GetString();
        var attributes = answer.Data.GetProperty("attributes");
        Assert.Equal(
            ["_id", "_rev", "domain", "prefix", "worker", "message", "event", "manual_execution", "options", "state", "queued_at", "started_at", "finished_at"],
            attributes.EnumerateObject().Select(member => member.Name));
        Assert.Equal("""{"max_exec_count":2,"timeout":60000000000,"priority":3}""", attributes.GetProperty("options").GetRawText());
        Assert.Equal("0001-01-01T00:00:00Z", attributes.GetProperty("finished_at").GetString());
        Assert.Equal(("io.cozy.jobs", $"/jobs/log/{id}"), (answer.Data.GetProperty("type").GetString(), answer.Data.GetProperty("links").GetProperty("self").GetString()));
        Assert.Equal(attributes.GetProperty("_rev").GetString(), answer.Data.GetProperty("meta").GetProperty("rev").GetString());
        Assert.Equal("application/vnd.api+json", answer.Headers["Content-Type"]);

        // Apps read jobs as documents.
        await WaitForAsync(cozy, id!, "done");
        var document = (await cozy.AskAsync("GET", $"/data/io.cozy.jobs/{id}", Jobs)).Expect(200).Json;
        Assert.Equal("done", document.GetProperty("state").GetString());
        (await cozy.AskAsync("POST", "/data/io.cozy.jobs/", Jobs, Cozy.Json("{}"))).Expect(403);
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused()
    {
        var cozy = await server.CreateInstanceAsync();
        foreach (var megabytes in new[] { 3, 10 })
        {
            var body = $$$$$"""{"data":{"attributes":{"arguments":"{{{{{new string('x', megabytes << 20)}}}}}"}}}""";
            (await cozy.AskAsync("POST", "/jobs/queue/log", Jobs, Cozy.Json(body))).Expect(413);
        }

        Assert.Equal(0, (await cozy.AskAsync("GET", "/jobs/queue/log", Jobs)).Json.GetProperty("meta").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task An_app_ends_the_jobs_it_does_itself()
    {
        var cozy = await server.CreateInstanceAsync();
        var id = (await PushAsync(cozy, "client", """{"arguments":{"slug":"releve"}}""")).Data.GetProperty("id").GetString()!;
        (await PatchAsync(cozy, id, """{"state":"flying"}""")).Expect(422);
        var ended = (await PatchAsync(cozy, id, """{"state":"errored","error":"LOGIN_FAILED"}""")).Expect(200).Data.GetProperty("attributes");
        Assert.Equal(("errored", "LOGIN_FAILED"), (ended.GetProperty("state").GetString(), ended.GetProperty("error").GetString()));
        Assert.Equal("done", (await PatchAsync(cozy, id, """{"state":"done"}""")).Expect(200).Data.GetProperty("attributes").GetProperty("state").GetString());
        var other = (await PushAsync(cozy, "log", "{}")).Data.GetProperty("id").GetString()!;
        (await PatchAsync(cozy, other, """{"state":"done"}""")).Expect(403);
    }

    [Fact]
    public async Task A_job_with_a_key_is_taken_once_and_one_that_waits_can_be_cancelled()
    {
        var cozy = await server.CreateInstanceAsync();
        var first = await PushAsync(cozy, "ocr", """{"idempotency_key":"page 1"}""");
        var second = await PushAsync(cozy, "ocr", """{"idempotency_key":"page 1"}""");
        var id = first.Data.GetProperty("id").GetString();
        Assert.Equal(id, second.Data.GetProperty("id").GetString());
        var ended = (await cozy.AskAsync("DELETE", $"/jobs/{id}", Jobs)).Expect(200).Data.GetProperty("attributes");
        Assert.Equal("The job was cancelled.", ended.GetProperty("error").GetString());
    }

    [Fact]
    public async Task An_instance_that_pushes_too_much_is_told_so()
    {
        var cozy = await server.CreateInstanceAsync();
        Answer? last = null;
        for (var i = 0; i < 101; i++)
            last = await cozy.AskAsync("POST", "/jobs/queue/client", Jobs, Cozy.Json("""{"data":{"attributes":{}}}"""));
        last!.Expect(429);
    }

    internal static async Task<Answer> PushAsync(Cozy cozy, string worker, string attributes) =>
        (await cozy.AskAsync("POST", $"/jobs/queue/{worker}", Jobs, Cozy.Json($$$$$"""{"data":{"attributes":{{{{{attributes}}}}}}}"""))).Expect(202);

    internal static async Task<JsonElement> WaitForAsync(Cozy cozy, string id, string state)
    {
        for (var attempt = 0; ; attempt++)
        {
            var job = (await cozy.AskAsync("GET", $"/jobs/{id}", Jobs)).Expect(200).Data.GetProperty("attributes");
            if (job.GetProperty("state").GetString() == state)
                return job;
            Assert.True(attempt < 3000, $"The job is {job}.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static Task<Answer> PatchAsync(Cozy cozy, string id, string attributes) =>
        cozy.AskAsync("PATCH", $"/jobs/{id}", Jobs, Cozy.Json($$$$$"""{"data":{"attributes":{{{{{attributes}}}}}}}"""));
}
