using Xunit;

namespace Cozy.CouchDbServer.Tests;

public sealed class AttachmentRoutesTests(RunningServer server)
{
    [Fact]
    public async Task Attachments_come_alone_and_in_documents()
    {
        var talk = await StartAsync();
        await talk.SayAsync("PUT /{db}/a/f.png", "hello", 201, """{"ok":true,"id":"a","rev":"1-{a1}"}""", ("Content-Type", "image/png"));
        await talk.SayAsync("GET /{db}/a/f.png", null, 200, "hello");
        await talk.SayAsync("GET /{db}/a/f.png", null, 206, "ell", ("Range", "bytes=1-3"));
        await talk.SayAsync("GET /{db}/a/f.png", null, 416, null, ("Range", "bytes=9-"));
        await talk.SayAsync("PUT /{db}/a/g", "x", 409, null, ("Content-Type", "image/png"));
        await talk.SayAsync("PUT /{db}/a/g?rev=1-{a1}", "x", 201, """{"ok":true,"id":"a","rev":"2-{a2}"}""", ("Content-Type", "image/png"));
        await talk.SayAsync("DELETE /{db}/a/f.png?rev=2-{a2}", null, 200, """{"ok":true,"id":"a","rev":"3-{a3}"}""");
        await talk.SayAsync("GET /{db}/a/f.png", null, 404, """{"error":"not_found","reason":"Document is missing attachment"}""");
        await talk.SayAsync("GET /{db}/a/f.png?rev=1-{a1}", null, 200, "hello");
        await talk.SayAsync(
            "GET /{db}/a?attachments=true", null, 200,
            """{"_id":"a","_rev":"3-{a3}","_attachments":{"g":{"content_type":"image/png","revpos":2,"digest":"md5-ndTkYSaMgDT1yFZOFVxnpg==","data":"eA=="}}}""");
    }

    [Fact]
    public async Task Bad_attachments_are_refused_and_change_nothing()
    {
        var talk = await StartAsync();
        await talk.SayAsync("PUT /{db}/a", """{"_attachments":{"_f":{"data":""}}}""", 400, null);
        await talk.SayAsync("PUT /{db}/a", """{"_attachments":{"f":{"data":"*"}}}""", 400, null);
        await talk.SayAsync("PUT /{db}/a", """{"_attachments":{"f":{"data":"","content_type":"a\r\nSet-Cookie: x"}}}""", 400, null);
        await talk.SayAsync("PUT /{db}/a", """{"_attachments":{"f":{"stub":true}}}""", 412, null);
        await talk.SayAsync("PUT /{db}/a", """{"_attachments":{"f":{"follows":true}}}""", 400, null);
        await talk.SayAsync("POST /{db}/_bulk_docs", """{"docs":[{"_id":"b"},{"_id":"a","_attachments":{"f":{"stub":true}}}]}""", 412, null);
        await talk.SayAsync("PUT /{db}/a/f", "no gzip", 400, null, ("Content-Type", "text/plain"), ("Content-Encoding", "gzip"));
        await talk.SayAsync("PUT /{db}/a/f", "x", 415, null, ("Content-Type", "text/plain"), ("Content-Encoding", "br"));
        await talk.SayAsync("GET /{db}/_all_docs", null, 200, """{"total_rows":0,"offset":0,"rows":[]}""");
    }

    [Fact]
    public async Task A_multipart_document_brings_its_attachments()
    {
        var talk = await StartAsync();
        const string Body = "--b\r\nContent-Type: application/json\r\n\r\n{\"_attachments\":{\"f\":{\"follows\":true,\"content_type\":\"image/png\",\"length\":5}}}\r\n--b\r\n\r\nhello\r\n--b--";
        var type = ("Content-Type", "multipart/related; boundary=b");
        await talk.SayAsync("PUT /{db}/a", Body, 201, null, type);
        await talk.SayAsync("GET /{db}/a/f", null, 200, "hello");
        await talk.SayAsync("PUT /{db}/b", Body.Replace("hello", "hell", StringComparison.Ordinal), 400, null, type);
        await talk.SayAsync("PUT /{db}/b", Body[..^10], 400, null, type);
        await talk.SayAsync("PUT /{db}/b", "--b--", 400, null, type);
        await talk.SayAsync("GET /{db}/b", null, 404, null);
    }

    private async Task<Dialogue> StartAsync() =>
        new(server, await server.CreateDatabaseAsync(TestContext.Current.CancellationToken));
}
