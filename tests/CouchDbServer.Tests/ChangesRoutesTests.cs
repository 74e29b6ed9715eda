using System.Text.Json.Nodes;
using Xunit;

namespace Cozy.CouchDbServer.Tests;

public sealed class ChangesRoutesTests(RunningServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_come_in_their_order_each_document_once()
    {
        var talk = await StartAsync();
        await talk.SayAsync("POST /{db}/_bulk_docs", """{"new_edits":false,"docs":[{"_id":"a","_rev":"1-a","x":1},{"_id":"b","_rev":"1-b"},{"_id":"b","_rev":"1-c"},{"_id":"_design/x","_rev":"1-d"}]}""", 201, "[]");
        await talk.SayAsync("DELETE /{db}/a?rev=1-a", null, 200, """{"ok":true,"id":"a","rev":"2-{h}"}""");
        await talk.SayAsync("GET /{db}/_changes?style=all_docs", null, 200, """
            {"results":[
            {"seq":"1-{s1}","id":"_design/x","changes":[{"rev":"1-d"}]},
            {"seq":"3-{s3}","id":"b","changes":[{"rev":"1-c"},{"rev":"1-b"}]},
            {"seq":"4-{s4}","id":"a","changes":[{"rev":"2-{h}"}],"deleted":true}
            ],
            "last_seq":"4-{s4}","pending":0}
            """.ReplaceLineEndings("\n"));
        await talk.SayAsync("GET /{db}/_changes?since=1-{s1}&limit=1&include_docs=true", null, 200, """
            {"results":[
            {"seq":"3-{s3}","id":"b","changes":[{"rev":"1-c"}],"doc":{"_id":"b","_rev":"1-c"}}
            ],
            "last_seq":"3-{s3}","pending":1}
            """.ReplaceLineEndings("\n"));
        await talk.SayAsync("GET /{db}/_changes?filter=_design", null, 200, """
            {"results":[
            {"seq":"1-{s1}","id":"_design/x","changes":[{"rev":"1-d"}]}
            ],
            "last_seq":"4-{s4}","pending":2}
            """.ReplaceLineEndings("\n"));
        await talk.SayAsync("POST /{db}/_changes?filter=_doc_ids", """{"doc_ids":["b","none"]}""", 200, """
            {"results":[
            {"seq":"3-{s3}","id":"b","changes":[{"rev":"1-c"}]}
            ],
            "last_seq":"4-{s4}","pending":2}
            """.ReplaceLineEndings("\n"));
        await talk.SayAsync("GET /{db}/_changes?since=x", null, 400, """{"error":"bad_request","reason":"Malformed sequence supplied in 'since' parameter."}""");
        await talk.SayAsync("GET /{db}/_changes?feed=x", null, 400, """{"error":"bad_request","reason":"Supported `feed` types: normal, continuous, live, longpoll, eventsource"}""");
    }

    [Fact]
    public async Task A_long_poll_answers_when_something_changes()
    {
        var name = await server.CreateDatabaseAsync(Ct);
        var waiting = server.SendAsync("GET", $"/{name}/_changes?feed=longpoll&since=now&heartbeat=10", null, Ct);
        // Written after the poll began or before, the change is either waited for or the next poll's.
        (await server.SendAsync("PUT", $"/{name}/a", "{}", Ct)).Response.Dispose();
        (await server.SendAsync("PUT", $"/{name}/b", "{}", Ct)).Response.Dispose();
        var poking = PokeAsync(name, waiting);

        var (status, body, response) = await waiting;
        response.Dispose();
        await poking;

        Assert.Equal(200, status);
        Assert.NotEmpty(JsonNode.Parse(body)!["results"]!.AsArray());
    }

    [Fact]
    public async Task A_continuous_feed_tells_each_change_and_ends_at_its_limit()
    {
        var name = await server.CreateDatabaseAsync(Ct);
        var following = server.SendAsync("GET", $"/{name}/_changes?feed=continuous&limit=3&heartbeat=10", null, Ct);
        foreach (var id in new[] { "a", "b", "c" })
            (await server.SendAsync("PUT", $"/{name}/{id}", "{}", Ct)).Response.Dispose();

        var (_, body, response) = await following;
        response.Dispose();

        var lines = body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["a", "b", "c"], lines.Take(3).Select(line => (string)line["id"]!));
        Assert.Equal((string)lines[2]["seq"]!, (string)lines[3]["last_seq"]!);
    }

    [Fact]
    public async Task A_feed_that_may_not_wait_ends_at_once()
    {
        var talk = await StartAsync();
        await talk.SayAsync("GET /{db}/_changes?feed=longpoll&timeout=0", null, 200, null);
        await talk.SayAsync("GET /{db}/_changes?feed=eventsource&timeout=0", null, 200, "");
    }

    private async Task PokeAsync(string name, Task until)
    {
        for (var n = 0; !until.IsCompleted; n++)
            (await server.SendAsync("PUT", $"/{name}/poke{n}", "{}", Ct)).Response.Dispose();
    }

    private async Task<Dialogue> StartAsync() => new(server, await server.CreateDatabaseAsync(Ct));
}
