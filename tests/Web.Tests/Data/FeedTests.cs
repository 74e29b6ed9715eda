using System.Text.Json;
using Xunit;

namespace Cozy.Web.Tests.Data;

public sealed class FeedTests(TestServer server)
{
    private const string Scope = "io.cozy.todos";
    private const string Feed = "/data/io.cozy.todos/_changes";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("longpoll")]
    [InlineData("continuous")]
    [InlineData("eventsource")]
    public async Task A_feed_tells_what_is_written_while_it_waits(string feed)
    {
        var cozy = await server.CreateInstanceAsync();
        await PutAsync(cozy, "before");
        var since = await LastSequenceAsync(cozy);
        using var response = await cozy.OpenAsync("GET", $"{Feed}?feed={feed}&since={since}&limit=1&include_docs=true&heartbeat=50", Scope);
        await using var stream = await response.Content.ReadAsStreamAsync(Ct);
        using var reader = new StreamReader(stream);

        // A heartbeat shows that the feed waits by now.
        while ((await reader.ReadLineAsync(Ct))?.Trim() is not ("" or "event: heartbeat"))
        {
        }

        await PutAsync(cozy, "after");
        var told = await reader.ReadToEndAsync(Ct);
        Assert.Contains("\"id\":\"after\"", told, StringComparison.Ordinal);
        Assert.DoesNotContain("before", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_poll_without_news_ends_when_its_time_is_over()
    {
        var cozy = await server.CreateInstanceAsync();
        await PutAsync(cozy, "a");
        var answer = (await cozy.AskAsync("GET", $"{Feed}?feed=longpoll&since=now&timeout=1", Scope)).Expect(200).Json;
        Assert.Equal(0, answer.GetProperty("results").GetArrayLength());
        Assert.Equal(await LastSequenceAsync(cozy), answer.GetProperty("last_seq").GetString());
    }

    [Fact]
    public async Task Waiting_feeds_are_counted_and_leave_room_for_other_requests()
    {
        var cozy = await server.CreateInstanceAsync();
        await PutAsync(cozy, "a");
        var waiting = new List<HttpResponseMessage>();
        for (var i = 0; i < TestServer.MaxFeeds; i++)
            waiting.Add(await cozy.OpenAsync("GET", $"{Feed}?feed=continuous&since=now&heartbeat=1000", Scope));

        Assert.Equal("10", (await cozy.AskAsync("GET", $"{Feed}?feed=longpoll&since=now", Scope)).Expect(429).Headers["Retry-After"]);
        (await cozy.AskAsync("GET", "/data/io.cozy.todos/a", Scope)).Expect(200);
        var other = await server.CreateInstanceAsync();
        await PutAsync(other, "a");
        (await other.AskAsync("GET", $"{Feed}?feed=longpoll&since=0", Scope)).Expect(200);

        waiting.ForEach(response => response.Dispose());
        while ((await cozy.AskAsync("GET", $"{Feed}?feed=longpoll&since=now&timeout=1", Scope)).Status != 200)
        {
            // The server needs a moment to notice that the clients have gone.
        }
    }

    [Fact]
    public async Task A_feed_is_filtered_by_ids_and_by_a_selector()
    {
        var cozy = await server.CreateInstanceAsync();
        foreach (var id in new[] { "a", "b", "c" })
            await PutAsync(cozy, id, $$"""{"kind":"{{id}}"}""");

        var byId = (await cozy.AskAsync("POST", $"{Feed}?filter=_doc_ids", Scope, Cozy.Json("""{"doc_ids":["c","a"]}"""))).Expect(200);
        Assert.Equal("a c", Ids(byId.Json));
        var selected = (await cozy.AskAsync(
            "POST", $"{Feed}?filter=_selector&include_docs=true", Scope, Cozy.Json("""{"selector":{"kind":{"$gt":"a"}}}"""))).Expect(200);
        Assert.Equal("b c", Ids(selected.Json));
    }

    [Fact]
    public async Task A_long_feed_and_a_long_listing_are_answered_in_one_piece_either_way_round()
    {
        var cozy = await server.CreateInstanceAsync();
        var expected = Enumerable.Range(0, 2500).Select(n => $"d{n:0000}").ToList();
        var docs = string.Join(',', expected.Select(id => $$"""{"_id":"{{id}}","text":"{{new string('x', 2000)}}"}"""));
        (await cozy.AskAsync("POST", "/data/io.cozy.todos/_bulk_docs", Scope, Cozy.Json($$"""{"docs":[{{docs}}]}"""))).Expect(201);

        foreach (var descending in new[] { false, true })
        {
            var parameters = $"?include_docs=true&descending={(descending ? "true" : "false")}";
            var order = descending ? Enumerable.Reverse(expected) : expected;
            var feed = (await cozy.AskAsync("GET", Feed + parameters, Scope)).Expect(200).Json;
            Assert.Equal(order, feed.GetProperty("results").EnumerateArray().Select(row => row.GetProperty("doc").GetProperty("_id").GetString()));
            Assert.Equal(0, feed.GetProperty("pending").GetInt64());
            var listing = (await cozy.AskAsync("GET", "/data/io.cozy.todos/_all_docs" + parameters, Scope)).Expect(200).Json;
            Assert.Equal(order, listing.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("doc").GetProperty("_id").GetString()));
        }

        var keys = JsonSerializer.Serialize(new { keys = expected.Append("none") });
        var byKeys = (await cozy.AskAsync("POST", "/data/io.cozy.todos/_all_docs?include_docs=true", Scope, Cozy.Json(keys))).Expect(200).Json;
        Assert.Equal(2501, byKeys.GetProperty("rows").GetArrayLength());
        Assert.Equal("d2499", byKeys.GetProperty("rows")[2499].GetProperty("doc").GetProperty("_id").GetString());
        var found = (await cozy.AskAsync("POST", "/data/io.cozy.todos/_index", Scope, Cozy.Json("""{"index":{"fields":["text"]},"ddoc":"t"}"""))).Expect(200);
        var page = (await cozy.AskAsync(
            "POST", "/data/io.cozy.todos/_find", Scope, Cozy.Json("""{"selector":{"text":{"$gt":null}},"limit":1000}"""))).Expect(200).Json;
        Assert.Equal(expected.Take(1000), page.GetProperty("docs").EnumerateArray().Select(doc => doc.GetProperty("_id").GetString()));
        var next = JsonSerializer.Serialize(new
        {
            selector = new { text = new Dictionary<string, object?> { ["$gt"] = null } },
            limit = 1000,
            bookmark = page.GetProperty("bookmark").GetString(),
        });
        var second = (await cozy.AskAsync("POST", "/data/io.cozy.todos/_find", Scope, Cozy.Json(next))).Expect(200).Json;
        Assert.Equal("d1000", second.GetProperty("docs")[0].GetProperty("_id").GetString());
    }

    private static string Ids(JsonElement feed) =>
        string.Join(' ', feed.GetProperty("results").EnumerateArray().Select(row => row.GetProperty("id").GetString()));

    private static async Task<string> LastSequenceAsync(Cozy cozy) =>
        (await cozy.AskAsync("GET", $"{Feed}?since=now", Scope)).Expect(200).Json.GetProperty("last_seq").GetString()!;

    private static async Task PutAsync(Cozy cozy, string id, string json = "{}") =>
        (await cozy.AskAsync("PUT", $"/data/io.cozy.todos/{id}", Scope, Cozy.Json(json))).Expect(200);
}
