using System.Text.Json;
using Xunit;

namespace Cozy.CouchDbServer.Tests;

public sealed class ViewRoutesTests(RunningServer server)
{
    private const string Created = """{"ok":true,"id":"_design/d","rev":"1-{d}"}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_view_follows_edits_deletions_and_purges()
    {
        var talk = await StartAsync("""{"views":{"n":{"map":"function(d){ emit(d.n, d._id) }","reduce":"_count"}}}""");
        await talk.SayAsync("PUT /{db}/a", """{"n":2}""", 201, """{"ok":true,"id":"a","rev":"1-{a}"}""");
        await talk.SayAsync("PUT /{db}/b", """{"n":1}""", 201, """{"ok":true,"id":"b","rev":"1-{b}"}""");
        await talk.SayAsync("GET /{db}/_design/d/_view/n?reduce=false", null, 200, """{"total_rows":2,"offset":0,"rows":[{"id":"b","key":1,"value":"b"},{"id":"a","key":2,"value":"a"}]}""");
        await talk.SayAsync("PUT /{db}/a?rev=1-{a}", """{"n":0}""", 201, """{"ok":true,"id":"a","rev":"2-{a2}"}""");
        await talk.SayAsync("GET /{db}/_design/d/_view/n?reduce=false", null, 200, """{"total_rows":2,"offset":0,"rows":[{"id":"a","key":0,"value":"a"},{"id":"b","key":1,"value":"b"}]}""");
        await talk.SayAsync("DELETE /{db}/b?rev=1-{b}", null, 200, null);
        await talk.SayAsync("GET /{db}/_design/d/_view/n", null, 200, """{"rows":[{"key":null,"value":1}]}""");
        await talk.SayAsync("POST /{db}/_purge", """{"a":["2-{a2}"]}""", 201, null);
        await talk.SayAsync("GET /{db}/_design/d/_view/n", null, 200, """{"rows":[]}""");
    }

    [Fact]
    public async Task A_database_that_was_made_again_has_a_view_of_its_own()
    {
        var talk = await StartAsync("""{"views":{"n":{"map":"function(d){ emit(d.n) }"}}}""");
        await talk.SayAsync("PUT /{db}/a", """{"n":1}""", 201, null);
        await talk.SayAsync("GET /{db}/_design/d/_view/n", null, 200, """{"total_rows":1,"offset":0,"rows":[{"id":"a","key":1,"value":null}]}""");
        await talk.SayAsync("DELETE /{db}", null, 200, null);
        await talk.SayAsync("PUT /{db}", null, 201, null);
        await talk.SayAsync("PUT /{db}/_design/d", """{"views":{"n":{"map":"function(d){ emit(d.n) }"}}}""", 201, Created);
        await talk.SayAsync("PUT /{db}/b", """{"n":2}""", 201, null);
        await talk.SayAsync("GET /{db}/_design/d/_view/n", null, 200, """{"total_rows":1,"offset":0,"rows":[{"id":"b","key":2,"value":null}]}""");
    }

    [Theory]
    [InlineData("while (true) {}", "function_too_expensive")]
    [InlineData("var a = []; while (true) a.push('xxxxxxxxxxxxxxxx' + a.length)", "function_too_expensive")]
    [InlineData("/^(a+)+$/.test(new Array(40).join('a') + 'b')", "function_too_expensive")]
    [InlineData("var s = new Array(10001).join('x'); for (var i = 0; i < 500; i++) emit(i, s)", "view_too_large")]
    public async Task A_map_that_takes_too_much_ends_and_others_go_on(string code, string error)
    {
        var talk = await StartAsync(Design($"function (d) {{ {code} }}"));
        await talk.SayAsync("PUT /{db}/a", "{}", 201, null);
        var (status, body, response) = await server.SendAsync("GET", talk.Fill("/{db}/_design/d/_view/v"), null, Ct);
        response.Dispose();
        Assert.True(status is 400 or 413, body);
        Assert.Contains(error, body, StringComparison.Ordinal);
        await talk.SayAsync("GET /{db}/a", null, 200, null);
    }

    [Theory]
    [InlineData("var a = []; for (var i = 0; i < 20000; i++) a = [a]; emit(a)")]
    [InlineData("var a = []; for (var i = 0; i < 20000; i++) a = [a]; emit(JSON.stringify(a))")]
    [InlineData("var a = []; for (var i = 0; i < 20000; i++) a = [a]; emit('' + a)")]
    [InlineData("var a = []; for (var i = 0; i < 20000; i++) a = [a]; emit(a.flat(Infinity).length)")]
    [InlineData("var a = {}; for (var i = 0; i < 20000; i++) a = { a: a }; emit(a)")]
    [InlineData("var a = {}; for (var i = 0; i < 20000; i++) a = Object.create(a); emit(a.x)")]
    [InlineData("var a = {}; for (var i = 0; i < 20000; i++) a = new Proxy(a, {}); emit(a.x)")]
    [InlineData("var f = function () {}; for (var i = 0; i < 20000; i++) f = f.bind(null); emit(f())")]
    [InlineData("var s = ''; for (var i = 0; i < 100000; i++) s += '['; emit(JSON.parse(s))")]
    [InlineData("var o = {}; o.toString = function () { return '' + o }; emit('' + o)")]
    public async Task What_nests_deep_does_not_end_the_server(string code)
    {
        var talk = await StartAsync(Design($"function (d) {{ {code} }}"));
        await talk.SayAsync("PUT /{db}/a", "{}", 201, null);
        var (status, body, response) = await server.SendAsync("GET", talk.Fill("/{db}/_design/d/_view/v"), null, Ct);
        response.Dispose();
        Assert.True(status is 200 or 400, body);
        await talk.SayAsync("GET /{db}/a", null, 200, null);
    }

    [Theory]
    [InlineData("throw 'x'")]
    [InlineData("d.a.b.c")]
    [InlineData("(function f() { f() })()")]
    [InlineData("require('fs')")]
    [InlineData("eval('1')")]
    [InlineData("new Function('return 1')()")]
    [InlineData("System.IO.File.ReadAllText('/etc/passwd')")]
    [InlineData("var o = {}; o.o = o; emit(o)")]
    [InlineData("emit('\\ud800')")]
    public async Task A_document_for_which_a_map_fails_has_no_rows(string code)
    {
        var talk = await StartAsync(Design($"function (d) {{ if (d._id === 'a') {{ {code} }} else emit(1) }}"));
        await talk.SayAsync("POST /{db}/_bulk_docs", """{"docs":[{"_id":"a"},{"_id":"b"}]}""", 201, null);
        await talk.SayAsync("GET /{db}/_design/d/_view/v", null, 200, """{"total_rows":1,"offset":0,"rows":[{"id":"b","key":1,"value":null}]}""");
    }

    [Fact]
    public async Task A_reduce_function_reduces_what_it_made_again()
    {
        var talk = await StartAsync("""{"views":{"v":{"map":"function(d){ emit(d.n % 2, d.n) }","reduce":"function(keys, values, again){ return again ? sum(values) : sum(values) + (keys.length - values.length) }"}}}""");
        var docs = string.Join(',', Enumerable.Range(0, 2500).Select(n => $$"""{"n":{{n}}}"""));
        await talk.SayAsync("POST /{db}/_bulk_docs", $$"""{"docs":[{{docs}}]}""", 201, null);
        await talk.SayAsync("GET /{db}/_design/d/_view/v", null, 200, """{"rows":[{"key":null,"value":3123750}]}""");
        await talk.SayAsync("GET /{db}/_design/d/_view/v?group=true&descending=true&limit=1", null, 200, """{"rows":[{"key":1,"value":1562500}]}""");
    }

    [Fact]
    public async Task Filters_see_the_document_and_the_query()
    {
        var talk = await StartAsync("""{"filters":{"n":"function(d, request){ return d.n == request.query.n }","bad":"function(d){ throw 'x' }"}}""");
        await talk.SayAsync("PUT /{db}/a", """{"n":1}""", 201, null);
        await talk.SayAsync("PUT /{db}/b", """{"n":2}""", 201, """{"ok":true,"id":"b","rev":"1-{b}"}""");
        await talk.SayAsync("GET /{db}/_changes?filter=d/n&n=2", null, 200, """
            {"results":[
            {"seq":"3-{s}","id":"b","changes":[{"rev":"1-{b}"}]}
            ],
            "last_seq":"3-{s}","pending":0}
            """);
        await talk.SayAsync("GET /{db}/_changes?filter=d/bad", null, 400, null);
        await talk.SayAsync("GET /{db}/_changes?filter=d/none", null, 404, """{"error":"not_found","reason":"missing json key: none"}""");
    }

    private static string Design(string map) =>
        JsonSerializer.Serialize(new { views = new { v = new { map } } });

    private async Task<Dialogue> StartAsync(string design)
    {
        var talk = new Dialogue(server, await server.CreateDatabaseAsync(Ct));
        return await talk.SayAsync("PUT /{db}/_design/d", design, 201, Created);
    }
}
