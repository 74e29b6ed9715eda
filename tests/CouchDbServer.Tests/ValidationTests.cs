using System.Text.Json;
using Xunit;

namespace Cozy.CouchDbServer.Tests;

/// <summary>What the functions <c>validate_doc_update</c> of design documents do not let pass is not written.</summary>
public sealed class ValidationTests(RunningServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_function_counts_as_soon_as_it_is_there_and_no_longer_than_that()
    {
        var talk = await StartAsync();
        await talk.SayAsync("PUT /{db}/a", """{"bad":1}""", 201, null);
        await talk.SayAsync("PUT /{db}/_design/v", Design("if (n.bad) throw({forbidden: 'no ' + n._id});"), 201, """{"ok":true,"id":"_design/v","rev":"1-{v1}"}""");
        await talk.SayAsync("PUT /{db}/b", """{"bad":1}""", 403, """{"error":"forbidden","reason":"no b"}""");
        await talk.SayAsync("PUT /{db}/_design/v?rev=1-{v1}", Design("if (n.worse) throw({unauthorized: {why: 1}});"), 201, """{"ok":true,"id":"_design/v","rev":"2-{v2}"}""");
        await talk.SayAsync("PUT /{db}/b", """{"bad":1}""", 201, null);
        await talk.SayAsync("PUT /{db}/c", """{"worse":1}""", 401, """{"error":"unauthorized","reason":"{\"why\":1}"}""");
        await talk.SayAsync("POST /{db}/_bulk_docs", """{"docs":[{"_id":"_design/v","_rev":"2-{v2}","_deleted":true}]}""", 201, null);
        await talk.SayAsync("PUT /{db}/c", """{"worse":1}""", 201, null);
    }

    [Fact]
    public async Task A_function_sees_the_document_as_it_is_and_as_it_would_be_and_who_writes()
    {
        var talk = await StartAsync("throw({forbidden: JSON.stringify([n, o, u.name, u.roles, s.admins])})", "if (n.type !== 'show') return;");
        await talk.SayAsync("PUT /{db}/a", """{"n":1}""", 201, """{"ok":true,"id":"a","rev":"1-{a}"}""");
        var shown = await RefusalAsync(talk, "PUT", "/{db}/a", """{"_rev":"1-{a}","n":2,"type":"show"}""");
        Assert.Equal(
            talk.Fill("""[{"_id":"a","_rev":"1-{a}","_revisions":{"start":1,"ids":["{a}"]},"n":2,"type":"show"},{"_id":"a","_rev":"1-{a}","n":1,"_revisions":{"start":1,"ids":["{a}"]}},"admin",["_admin"],{"roles":["_admin"]}]"""),
            shown);
        Assert.StartsWith("[{\"_id\":\"b\",\"type\":\"show\"},null,", await RefusalAsync(talk, "PUT", "/{db}/b", """{"type":"show"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task However_a_document_is_written_it_is_asked_about()
    {
        var talk = await StartAsync("throw({forbidden: 'no'})", "if (!n.bad && !n._attachments && !(o && n._deleted)) return;");
        await talk.SayAsync("PUT /{db}/a", "{}", 201, """{"ok":true,"id":"a","rev":"1-{a}"}""");
        const string No = """{"error":"forbidden","reason":"no"}""";
        await talk.SayAsync("POST /{db}", """{"bad":1}""", 403, No);
        await talk.SayAsync("DELETE /{db}/a?rev=1-{a}", null, 403, No);
        await talk.SayAsync("PUT /{db}/a/file?rev=1-{a}", "{}", 403, No);
        await talk.SayAsync("PUT /{db}/b?new_edits=false", """{"_rev":"2-b","bad":1}""", 403, No);
        await talk.SayAsync("POST /{db}/_bulk_docs", """{"docs":[{"_id":"c"},{"_id":"d","bad":1}]}""", 201, null);
        await talk.SayAsync("GET /{db}/d", null, 404, null);
        await talk.SayAsync("PUT /{db}/a", """{"bad":1}""", 409, """{"error":"conflict","reason":"Document update conflict."}""");
        await talk.SayAsync("PUT /{db}/a?rev=7-x", """{"bad":1}""", 409, """{"error":"conflict","reason":"Document update conflict."}""");
        await talk.SayAsync("PUT /{db}/_local/x", """{"bad":1}""", 201, null);
        await talk.SayAsync("PUT /{db}/_design/other", """{"bad":1}""", 201, null);
    }

    [Fact]
    public async Task What_is_known_already_is_not_asked_about_again()
    {
        var talk = await StartAsync();
        await talk.SayAsync("PUT /{db}/a?new_edits=false", """{"_rev":"1-a","bad":1}""", 201, null);
        await talk.SayAsync("PUT /{db}/_design/v", Design("if (n.bad) throw({forbidden: o ? o._rev : 'new'});"), 201, null);
        await talk.SayAsync("POST /{db}/_bulk_docs", """{"new_edits":false,"docs":[{"_id":"a","_rev":"1-a","bad":1}]}""", 201, "[]");
        await talk.SayAsync(
            "POST /{db}/_bulk_docs", """{"new_edits":false,"docs":[{"_id":"a","_revisions":{"start":3,"ids":["c","b","a"]},"bad":1},{"_id":"b","_rev":"4-d","bad":1}]}""", 201,
            """[{"id":"a","rev":"3-c","error":"forbidden","reason":"1-a"},{"id":"b","rev":"4-d","error":"forbidden","reason":"new"}]""");
    }

    [Theory]
    [InlineData("while (true) {}", 400)]
    [InlineData("undefined.x", 403)]
    [InlineData("throw 'plain'", 403)]
    [InlineData("throw(null)", 403)]
    [InlineData("this is no function", 400)]
    public async Task What_a_function_does_not_let_pass_in_so_many_words_is_not_written_either(string code, int status)
    {
        var talk = await StartAsync();
        await talk.SayAsync("PUT /{db}/_design/v", Design(code), 201, null);
        await talk.SayAsync("PUT /{db}/a", "{}", status, null);
        await talk.SayAsync("GET /{db}/a", null, 404, null);
    }

    [Fact]
    public async Task A_function_that_nothing_here_can_run_lets_nothing_be_written()
    {
        var talk = await StartAsync();
        await talk.SayAsync("PUT /{db}/_design/v", """{"language":"erlang","validate_doc_update":"ok."}""", 201, null);
        await talk.SayAsync("PUT /{db}/a", "{}", 501, null);
    }

    private async Task<Dialogue> StartAsync(string? code = null, string before = "")
    {
        var talk = new Dialogue(server, await server.CreateDatabaseAsync(Ct));
        if (code is not null)
            await talk.SayAsync("PUT /{db}/_design/v", Design($"{before} {code}"), 201, null);
        return talk;
    }

    private async Task<string> RefusalAsync(Dialogue talk, string method, string path, string body)
    {
        var (status, text, response) = await server.SendAsync(method, talk.Fill(path), talk.Fill(body), Ct);
        response.Dispose();
        Assert.Equal(403, status);
        return JsonDocument.Parse(text).RootElement.GetProperty("reason").GetString()!;
    }

    private static string Design(string code) =>
        $$"""{"validate_doc_update":{{JsonSerializer.Serialize($"function (n, o, u, s) {{ {code} }}")}}}""";
}
