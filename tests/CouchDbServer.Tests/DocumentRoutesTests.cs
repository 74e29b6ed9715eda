using Xunit;

namespace Cozy.CouchDbServer.Tests;

public sealed class DocumentRoutesTests(RunningServer server)
{
    private const string Conflict = """{"error":"conflict","reason":"Document update conflict."}""";
    private const string Missing = """{"error":"not_found","reason":"missing"}""";

    [Fact]
    public async Task A_document_is_created_read_changed_and_deleted()
    {
        var talk = await StartAsync();
        await talk.SayAsync("GET /{db}/a", null, 404, Missing);
        await talk.SayAsync("PUT /{db}/a", """{"x":1}""", 201, """{"ok":true,"id":"a","rev":"1-{h1}"}""");
        await talk.SayAsync("GET /{db}/a", null, 200, """{"_id":"a","_rev":"1-{h1}","x":1}""");
        await talk.SayAsync("PUT /{db}/a", """{"x":2}""", 409, Conflict);
        await talk.SayAsync("PUT /{db}/a?rev=1-{h1}", """{"x":2}""", 201, """{"ok":true,"id":"a","rev":"2-{h2}"}""");
        await talk.SayAsync("PUT /{db}/a", """{"x":3}""", 201, """{"ok":true,"id":"a","rev":"3-{h3}"}""", ("If-Match", "\"2-{h2}\""));
        await talk.SayAsync("GET /{db}/a", null, 304, "", ("If-None-Match", "\"3-{h3}\""));
        await talk.SayAsync("GET /{db}/a?rev=1-{h1}", null, 200, """{"_id":"a","_rev":"1-{h1}","x":1}""");
        await talk.SayAsync("DELETE /{db}/a?rev=1-{h1}", null, 409, Conflict);
        await talk.SayAsync("DELETE /{db}/a?rev=3-{h3}", null, 200, """{"ok":true,"id":"a","rev":"4-{h4}"}""");
        await talk.SayAsync("GET /{db}/a", null, 404, """{"error":"not_found","reason":"deleted"}""");
        await talk.SayAsync("GET /{db}/a?rev=4-{h4}", null, 200, """{"_id":"a","_rev":"4-{h4}","_deleted":true}""");
        await talk.SayAsync("PUT /{db}/a", """{"x":4}""", 201, """{"ok":true,"id":"a","rev":"5-{h5}"}""");
    }

    [Fact]
    public async Task Revisions_that_contradict_each_other_are_refused()
    {
        var talk = await StartAsync();
        await talk.SayAsync("PUT /{db}/a", "{}", 201, """{"ok":true,"id":"a","rev":"1-{h1}"}""");
        await talk.SayAsync("PUT /{db}/a?rev=1-{h1}", """{"_rev":"1-b"}""", 400, """{"error":"bad_request","reason":"Document rev from request body and query string have different values"}""");
        await talk.SayAsync("PUT /{db}/a?rev=1-{h1}", "{}", 400, """{"error":"bad_request","reason":"Document rev and etag have different values"}""", ("If-Match", "1-b"));
        await talk.SayAsync("PUT /{db}/a?rev=x", "{}", 400, """{"error":"bad_request","reason":"Invalid rev format"}""");
    }

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a+b", "a b")]
    [InlineData("a%2Bb", "a+b")]
    [InlineData("..", "..")]
    [InlineData("%C3%A9%F0%9F%98%80", "é😀")]
    [InlineData("100%", "100%")]
    public async Task An_id_is_what_the_raw_path_says(string path, string id)
    {
        var talk = await StartAsync();
        // HttpClient would tidy some of these paths; the address is built so that it does not.
        var database = await server.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var address = new Uri(
            $"{server.Address.GetLeftPart(UriPartial.Authority)}/{database}/{path}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var content = new StringContent("{}");
        using var put = await server.Client.PutAsync(address, content, TestContext.Current.CancellationToken);
        Assert.Equal(201, (int)put.StatusCode);
        var (_, listing, response) = await server.SendAsync(
            "GET", $"/{database}/_all_docs", null, TestContext.Current.CancellationToken);
        response.Dispose();
        Assert.Contains($"\"id\":\"{id}\"", listing, StringComparison.Ordinal);
        Assert.NotNull(talk);
    }

    [Theory]
    [InlineData("_x", "Only reserved document ids may start with underscore.")]
    [InlineData("_design%2F", "Illegal document id `_design/`")]
    [InlineData("%ff", "Document id must be valid UTF-8")]
    public async Task An_illegal_id_is_refused(string path, string reason)
    {
        var talk = await StartAsync();
        await talk.SayAsync($"PUT /{{db}}/{path}", "{}", 400, $$"""{"error":"illegal_docid","reason":"{{reason}}"}""");
    }

    [Fact]
    public async Task Replicated_revisions_form_a_tree_whose_parts_can_be_asked_for()
    {
        var talk = await StartAsync();
        await talk.SayAsync(
            "POST /{db}/_bulk_docs",
            """{"new_edits":false,"docs":[{"_id":"a","_revisions":{"start":2,"ids":["b","a"]},"v":1},{"_id":"a","_revisions":{"start":2,"ids":["c","a"]},"v":2},{"_id":"a","_revisions":{"start":3,"ids":["d","c","a"]},"_deleted":true}]}""",
            201,
            "[]");
        await talk.SayAsync("GET /{db}/a?revs=true", null, 200, """{"_id":"a","_rev":"2-b","v":1,"_revisions":{"start":2,"ids":["b","a"]}}""");
        await talk.SayAsync("GET /{db}/a?meta=true", null, 200, """{"_id":"a","_rev":"2-b","v":1,"_revs_info":[{"rev":"2-b","status":"available"},{"rev":"1-a","status":"missing"}],"_deleted_conflicts":["3-d"]}""");
        await talk.SayAsync("GET /{db}/a?open_revs=all", null, 200, """[{"ok":{"_id":"a","_rev":"2-b","v":1}},{"ok":{"_id":"a","_rev":"3-d","_deleted":true}}]""");
        await talk.SayAsync("GET /{db}/a?open_revs=[%222-b%22,%229-z%22]", null, 200, """[{"ok":{"_id":"a","_rev":"2-b","v":1}},{"missing":"9-z"}]""");
        await talk.SayAsync("POST /{db}/_bulk_get", """{"docs":[{"id":"a","rev":"2-b"},{"id":"n"}]}""", 200, """{"results":[{"id":"a","docs":[{"ok":{"_id":"a","_rev":"2-b","v":1}}]},{"id":"n","docs":[{"error":{"id":"n","rev":"undefined","error":"not_found","reason":"missing"}}]}]}""");
        await talk.SayAsync("POST /{db}/_revs_diff", """{"a":["2-b","4-x"],"n":["1-q"]}""", 200, null);
        await talk.SayAsync("POST /{db}/_missing_revs", """{"a":["2-b","4-x"]}""", 200, """{"missing_revs":{"a":["4-x"]}}""");
    }

    [Fact]
    public async Task Each_document_of_a_batch_succeeds_or_fails_on_its_own()
    {
        var talk = await StartAsync();
        await talk.SayAsync("PUT /{db}/a", "{}", 201, null);
        await talk.SayAsync("POST /{db}/_bulk_docs", """{"docs":[{"_id":"a"},{"_id":"b"},{"_id":"_local/l","x":1}]}""", 201, """[{"id":"a","error":"conflict","reason":"Document update conflict."},{"ok":true,"id":"b","rev":"1-{h}"},{"ok":true,"id":"_local/l","rev":"0-1"}]""");
        await talk.SayAsync("POST /{db}/_bulk_docs", """{"docs":[{"_id":"c"},1]}""", 400, """{"error":"bad_request","reason":"Document must be a JSON object"}""");
        await talk.SayAsync("GET /{db}/c", null, 404, Missing);
        await talk.SayAsync("POST /{db}/_bulk_docs", """{"docs":[{"_id":"c"}]""", 400, """{"error":"bad_request","reason":"invalid UTF-8 JSON"}""");
    }

    [Fact]
    public async Task A_copy_takes_the_content_to_another_id()
    {
        var talk = await StartAsync();
        await talk.SayAsync("PUT /{db}/a", """{"x":1}""", 201, null);
        await talk.SayAsync("COPY /{db}/a", null, 201, """{"ok":true,"id":"c/d","rev":"1-{h}"}""", ("Destination", "c%2Fd"));
        await talk.SayAsync("GET /{db}/c%2Fd", null, 200, """{"_id":"c/d","_rev":"1-{h}","x":1}""");
        await talk.SayAsync("COPY /{db}/a", null, 409, Conflict, ("Destination", "c%2Fd"));
    }

    [Fact]
    public async Task Local_documents_count_their_revisions()
    {
        var talk = await StartAsync();
        await talk.SayAsync("PUT /{db}/_local/a", """{"x":1}""", 201, """{"ok":true,"id":"_local/a","rev":"0-1"}""");
        await talk.SayAsync("PUT /{db}/_local/a", """{"x":2,"_rev":"0-1"}""", 201, """{"ok":true,"id":"_local/a","rev":"0-2"}""");
        await talk.SayAsync("GET /{db}/_local/a", null, 200, """{"_id":"_local/a","_rev":"0-2","x":2}""");
        await talk.SayAsync("DELETE /{db}/_local/a?rev=0-2", null, 200, """{"ok":true,"id":"_local/a","rev":"0-0"}""");
        await talk.SayAsync("GET /{db}/_local/a", null, 404, Missing);
        await talk.SayAsync("GET /{db}/_local/%01security", null, 400, null);
    }

    [Fact]
    public async Task What_the_server_cannot_do_it_says()
    {
        var talk = await StartAsync();
        await talk.SayAsync("PUT /{db}/_design/x", """{"views":{"v":{"map":"function(d){}"}}}""", 201, null);
        await talk.SayAsync("GET /{db}/_design/x/_show/v", null, 501, null);
        await talk.SayAsync("PUT /{db}/_design/o", """{"options":{"collation":"raw"},"views":{"v":{"map":"function(d){}"}}}""", 201, null);
        await talk.SayAsync("GET /{db}/_design/o/_view/v", null, 501, null);
        await talk.SayAsync("GET /{db}/_design/y/_view/v", null, 404, Missing);
    }

    private async Task<Dialogue> StartAsync() =>
        new(server, await server.CreateDatabaseAsync(TestContext.Current.CancellationToken));
}
