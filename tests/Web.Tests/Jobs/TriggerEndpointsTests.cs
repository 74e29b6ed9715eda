using System.Text.Json;
using Xunit;

namespace Cozy.Web.Tests.Jobs;

public sealed class TriggerEndpointsTests(TestServer server)
{
    private const string Triggers = "io.cozy.triggers io.cozy.jobs io.cozy.plants";

    [Theory]
    [InlineData("@at", "2031-05-06T07:08:09Z", 201)]
    [InlineData("@at", "2020-05-06T07:08:09Z", 201)]
    [InlineData("@in", "3h", 201)]
    [InlineData("@cron", "0 30 4 * * 1", 201)]
    [InlineData("@every", "36h", 201)]
    [InlineData("@hourly", "", 201)]
    [InlineData("@daily", "before 6am", 201)]
    [InlineData("@weekly", "on monday before 5am", 201)]
    [InlineData("@monthly", "on the 5-7 between 2pm and 7pm", 201)]
    [InlineData("@event", "io.cozy.plants:CREATED,UPDATED:fern:genus", 201)]
    [InlineData("@event", "io.cozy.bills:CREATED", 403)]
    [InlineData("@webhook", "", 201)]
    [InlineData("@client", "", 201)]
    [InlineData("@at", "soon", 400)]
    [InlineData("@in", "forever", 400)]
    [InlineData("@cron", "every day", 400)]
    [InlineData("@cron", "0 0 0 30 2 *", 400)]
    [InlineData("@every", "0s", 400)]
    [InlineData("@every", "abc", 400)]
    [InlineData("@event", "io.cozy.plants:FLYING", 400)]
    [InlineData("@event", "", 400)]
    [InlineData("@daily", "at noon", 400)]
    [InlineData("@moon", "full", 422)]
    [InlineData("", "", 422)]
    public async Task A_trigger_is_added_or_refused(string type, string arguments, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        var answer = await AddAsync(cozy, $$$$$"""{"type":"{{{{{type}}}}}","arguments":"{{{{{arguments}}}}}","worker":"log","message":{"leaf":1}}""");
        answer.Expect(status);
        var list = (await cozy.AskAsync("GET", "/jobs/triggers?", Triggers)).Expect(200);
        Assert.Equal(status == 201 ? 1 : 0, list.Json.GetProperty("meta").GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("""{"type":"@in","arguments":"2h","worker":"ghost"}""", 404, "could not find worker")]
    [InlineData("""{"arguments":"2h","worker":"log"}""", 422, "Unknown trigger type")]
    [InlineData("""{"type":"@event","arguments":"io.cozy.plants","worker":"log","debounce":"later"}""", 422, "/data/attributes/debounce")]
    [InlineData("""{"type":"@in","arguments":{"a":1},"worker":"log"}""", 400, "arguments is not a text")]
    [InlineData("""{"type":"@in","arguments":"2h","worker":"log","signature":{"header":"X-Sig","secret":"s"}}""", 422, "signature")]
    public async Task A_mistake_is_explained(string attributes, int status, string expected)
    {
        var cozy = await server.CreateInstanceAsync();
        Assert.Contains(expected, (await AddAsync(cozy, attributes)).Expect(status).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trigger_has_the_shape_that_clients_know_through_its_life()
    {
        var cozy = await server.CreateInstanceAsync();
        var added = (await AddAsync(cozy, """{"type":"@cron","arguments":"0 30 4 * * 1","worker":"log","worker_arguments":{"old":1},"options":{"max_exec_count":1}}""")).Expect(201).Data;
        var id = added.GetProperty("id").GetString();
        var attributes = added.GetProperty("attributes");
        Assert.Equal(
            ["_id", "_rev", "domain", "prefix", "type", "worker", "arguments", "debounce", "options", "message", "cozyMetadata"],
            attributes.EnumerateObject().Select(member => member.Name));
        Assert.Equal("""{"max_exec_count":1,"timeout":0}""", attributes.GetProperty("options").GetRawText());
        Assert.Equal("""{"old":1}""", attributes.GetProperty("message").GetRawText());
        Assert.Equal("1", attributes.GetProperty("cozyMetadata").GetProperty("doctypeVersion").GetString());

        var path = $"/jobs/triggers/{id}";
        var state = (await cozy.AskAsync("GET", path + "/state", Triggers)).Expect(200).Data;
        Assert.Equal("io.cozy.triggers.state", state.GetProperty("type").GetString());
        Assert.Equal($$$$$"""{"trigger_id":"{{{{{id}}}}}","status":"done"}""", state.GetProperty("attributes").GetRawText());

        var job = (await cozy.AskAsync("POST", path + "/launch", Triggers)).Expect(201).Data;
        Assert.True(job.GetProperty("attributes").GetProperty("manual_execution").GetBoolean());
        await JobEndpointsTests.WaitForAsync(cozy, job.GetProperty("id").GetString()!, "done");
        var current = (await cozy.AskAsync("GET", path, Triggers)).Expect(200).Data.GetProperty("attributes").GetProperty("current_state");
        Assert.Equal(job.GetProperty("id").GetString(), current.GetProperty("last_successful_job_id").GetString());
        Assert.Equal(1, (await cozy.AskAsync("GET", path + "/jobs?Limit=1", Triggers)).Expect(200).Json.GetProperty("meta").GetProperty("count").GetInt32());

        Assert.Equal("0 45 3 * * 5", (await PatchAsync(cozy, path, """{"arguments":"0 45 3 * * 5"}""")).Expect(200).Data.GetProperty("attributes").GetProperty("arguments").GetString());
        Assert.Equal("""{"leaf":9}""", (await PatchAsync(cozy, path, """{"message":{"leaf":9}}""")).Expect(200).Data.GetProperty("attributes").GetProperty("message").GetRawText());
        (await PatchAsync(cozy, path, """{"arguments":"often"}""")).Expect(400);
        (await PatchAsync(cozy, path, "{}")).Expect(400);
        (await cozy.AskAsync("GET", $"/data/io.cozy.triggers/{id}", Triggers)).Expect(200);
        (await cozy.AskAsync("GET", "/data/io.cozy.scheduler/state", "*")).Expect(403);

        (await cozy.AskAsync("DELETE", path, "io.cozy.triggers:DELETE:sendmail:worker")).Expect(403);
        (await cozy.AskAsync("DELETE", path, Triggers)).Expect(204);
        (await cozy.AskAsync("DELETE", path, Triggers)).Expect(404);
        (await cozy.AskAsync("GET", path, Triggers)).Expect(404);
    }

    [Fact]
    public async Task A_list_shows_what_the_token_may_see()
    {
        var cozy = await server.CreateInstanceAsync();
        foreach (var (type, worker) in new[] { ("@in", "log"), ("@every", "log"), ("@in", "sendmail") })
            (await AddAsync(cozy, $$$$$"""{"type":"{{{{{type}}}}}","arguments":"3h","worker":"{{{{{worker}}}}}"}""")).Expect(201);
        Assert.Equal(3, await CountAsync(cozy, "", Triggers));
        Assert.Equal(2, await CountAsync(cozy, "?Worker=log", "io.cozy.triggers:GET:log:worker"));
        Assert.Equal(1, await CountAsync(cozy, "?Worker=log,ghost&Type=@in,@cron", Triggers));
        (await cozy.AskAsync("GET", "/jobs/triggers", "io.cozy.triggers:GET:log:worker")).Expect(403);
        (await cozy.AskAsync("GET", "/jobs/triggers?Worker=log,sendmail", "io.cozy.triggers:GET:log:worker")).Expect(403);
        (await PatchAsync(cozy, "/jobs/triggers/ghost", """{"arguments":"3h"}""")).Expect(404);
    }

    [Fact]
    public async Task A_webhook_is_called_without_a_token_and_unknown_ones_are_not_to_be_guessed()
    {
        var cozy = await server.CreateInstanceAsync();
        var added = (await AddAsync(cozy, """{"type":"@webhook","worker":"log","message":{"title":"{{payload.event}}"},"options":{"template":true}}""")).Expect(201).Data;
        var address = added.GetProperty("links").GetProperty("webhook").GetString()!;
        var path = new Uri(address).PathAndQuery;
        (await cozy.AskAsync("POST", path, null, Cozy.Json("""{"event":"bloom"}"""))).Expect(204);
        (await cozy.AskAsync("POST", path, null, Cozy.Json("{"))).Expect(400);
        (await cozy.AskAsync("POST", "/jobs/webhooks/ghost", null, Cozy.Json("{}"))).Expect(404);
        var jobs = (await cozy.AskAsync("GET", $"/jobs/triggers/{added.GetProperty("id")}/jobs", Triggers)).Data;
        Assert.Equal("bloom", Assert.Single(jobs.EnumerateArray()).GetProperty("attributes").GetProperty("message").GetProperty("title").GetString());

        var other = await server.CreateInstanceAsync();
        (await other.AskAsync("POST", path, null, Cozy.Json("{}"))).Expect(404);
    }

    private static async Task<int> CountAsync(Cozy cozy, string query, string scope) =>
        (await cozy.AskAsync("GET", "/jobs/triggers" + query, scope)).Expect(200).Json.GetProperty("meta").GetProperty("count").GetInt32();

    private static Task<Answer> AddAsync(Cozy cozy, string attributes) =>
        cozy.AskAsync("POST", "/jobs/triggers", Triggers, Cozy.Json($$$$$"""{"data":{"attributes":{{{{{attributes}}}}}}}"""));

    private static Task<Answer> PatchAsync(Cozy cozy, string path, string attributes) =>
        cozy.AskAsync("PATCH", path, Triggers, Cozy.Json($$$$$"""{"data":{"attributes":{{{{{attributes}}}}}}}"""));
}
