using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Cozy.Web.Tests.Data;

/// <summary>Requests made to hurt: each gets a clear answer, nothing of a refused one is kept, and others are served meanwhile.</summary>
public sealed class HostileInputTests(TestServer server)
{
    private const string Scope = "io.cozy.todos";
    private const string Todos = "/data/io.cozy.todos/";

    /// <summary>A name, a method, a path, a body, the statuses that are in order.</summary>
    public static TheoryData<string> Names => [.. Corpus.Keys];

    private static Dictionary<string, (string Method, string Path, byte[] Body, int[] Status)> Corpus { get; } = new()
    {
        ["deeper than allowed"] = Post("", $$"""{"a":{{new string('[', 600)}}{{new string(']', 600)}}}""", 400),
        ["as deep as allowed"] = Post("", $$"""{"a":{{new string('[', 500)}}{{new string(']', 500)}}}""", 201),
        ["a million brackets that never close"] = Post("", new string('[', 1_000_000), 400),
        ["deep in a batch"] = Post("_bulk_docs", $$"""{"docs":[{"a":{{new string('[', 60_000)}}{{new string(']', 60_000)}}}]}""", 400),
        ["deep in a selector"] = Find(Nest("""{"$not":""", """{"a":1}""", "}", 200), 400),
        ["a key of a megabyte"] = Post("", $$"""{"{{new string('k', 1_000_000)}}":1}""", 201),
        ["a hundred thousand keys"] = Post("", $"{{{string.Join(',', Enumerable.Range(0, 100_000).Select(n => $"\"k{n}\":{n}"))}}}", 201),
        ["one key many times"] = Post("", $"{{{string.Join(',', Enumerable.Range(0, 50_000).Select(n => $"\"k\":{n}"))}}}", 201),
        ["bytes that are no UTF-8"] = ("POST", "", [.. "{\"a\":\""u8, 0xFF, 0xC0, 0x80, .. "\"}"u8], [400]),
        ["a surrogate in UTF-8"] = ("POST", "", [.. "{\"a\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8], [400]),
        ["half a surrogate pair, escaped"] = Post("", """{"a":"\ud800"}""", 400),
        ["half a surrogate pair in a key"] = Post("", """{"\udc00":1}""", 400),
        ["half a surrogate pair in a selector"] = Find("""{"a":"\ud800"}""", 400),
        ["a NUL in a string"] = ("POST", "", [.. "{\"a\":\""u8, 0, .. "\"}"u8], [400]),
        ["a NUL, escaped"] = Post("", """{"a\u0000b":"c\u0000d"}""", 201),
        ["a string of a megabyte"] = Post("", $$"""{"a":"{{new string('s', 1_000_000)}}"}""", 201),
        ["a number of 400 digits"] = Post("", $$"""{"a":{{new string('9', 400)}}}""", 201),
        ["a number beyond all"] = Post("", """{"a":1e999999999}""", 400),
        ["a number of a megabyte"] = Post("", $$"""{"a":0.{{new string('1', 1_000_000)}}}""", 201, 400),
        ["more than allowed"] = Post("", $$"""{"a":"{{new string('s', 8_000_001)}}"}""", 413),
        ["numbers that grow when they are kept"] = Post("", $$"""{"a":[{{string.Join(',', Enumerable.Repeat("1e9", 1_500_000))}}]}""", 201, 413),
        ["an id of a megabyte"] = Post("_bulk_docs", $$"""{"docs":[{"_id":"{{new string('i', 1_000_000)}}"}]}""", 400),
        ["a revision of a megabyte"] = Post("_bulk_docs", $$"""{"new_edits":false,"docs":[{"_id":"r","_rev":"1-{{new string('a', 1_000_000)}}"}]}""", 400),
        ["a thousand empty documents"] = Post("_bulk_docs", $$"""{"docs":[{{string.Join(',', Enumerable.Repeat("{}", 1000))}}]}""", 201),
        ["a batch of anything but documents"] = Post("_bulk_docs", """{"docs":[1,null,[],"x"]}""", 400),
        ["a batch without end"] = Post("_bulk_docs", """{"docs":[{"_id":"x"},""", 400),
        ["revisions of no kind"] = Post("_revs_diff", """{"a":["1-a",{},null,"-","x-y"]}""", 400),
        ["revisions that overflow"] = Post("_revs_diff", """{"a":["99999999999999999999-a"]}""", 400),
        ["asking for nothing a thousand times"] = Post("_bulk_get", $$"""{"docs":[{{string.Join(',', Enumerable.Repeat("null", 1000))}}]}""", 200),
        ["a hundred thousand keys to look up"] = Post("_all_docs", JsonSerializer.Serialize(new { keys = Enumerable.Range(0, 100_000) }), 200),
        ["keys of no kind"] = Post("_all_docs", """{"keys":[{},[],null,1e400]}""", 200, 400),
        ["a hundred thousand ids to follow"] = Post("_changes?filter=_doc_ids", JsonSerializer.Serialize(new { doc_ids = Enumerable.Range(0, 100_000).Select(n => $"d{n}") }), 200),
        ["branches upon branches"] = Find(Nest("""{"$or":[{"a":1},""", """{"a":2}""", "]}", 80), 200, 400),
        ["more conditions than allowed"] = Find($$"""{"$or":[{{string.Join(',', Enumerable.Range(0, 50_000).Select(n => "{\"a\":" + n + "}"))}}]}""", 400),
        ["a regex that explodes"] = Find("""{"a":{"$regex":"^(([a-z])+.)+[A-Z]([a-z])+$"}}""", 200, 400),
        ["a regex with a backreference that explodes"] = Find("""{"a":{"$regex":"^(a+)+\\1$"}}""", 200, 400),
        ["a regex too long"] = Find("{\"a\":{\"$regex\":\"" + new string('a', 100_000) + "\"}}", 400),
        ["a limit beyond all"] = Post("_find", """{"selector":{"a":{"$gt":null}},"limit":1e308,"skip":999999999999}""", 200, 400),
        ["a sort of ten thousand fields"] = Post("_find", JsonSerializer.Serialize(new { selector = new { a = 1 }, sort = Enumerable.Range(0, 10_000).Select(n => $"f{n}") }), 400),
        ["an index of ten thousand fields"] = Post("_index", JsonSerializer.Serialize(new { index = new { fields = Enumerable.Range(0, 10_000).Select(n => $"f{n}") } }), 200, 400),
        ["a bookmark of garbage"] = Post("_find", $$"""{"selector":{"a":1},"bookmark":"{{new string('g', 100_000)}}"}""", 400),
        ["an id too long for a path"] = ("PUT", new string('i', 5000), "{}"u8.ToArray(), [400]),
        ["a local document of two megabytes"] = ("PUT", "_local/x", Encoding.UTF8.GetBytes($$"""{"a":"{{new string('s', 2_000_000)}}"}"""), [201]),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_hostile_request_gets_a_clear_answer_and_others_are_served_meanwhile(string name)
    {
        var (method, path, body, allowed) = Corpus[name];
        var (victim, other) = (await server.CreateInstanceAsync(), await server.CreateInstanceAsync());
        await PutAsync(victim, "a", $$"""{"a":"{{new string('a', 40)}}!"}""");
        (await victim.AskAsync("POST", Todos + "_index", Scope, Cozy.Json("""{"index":{"fields":["a"]}}"""))).Expect(200);
        await PutAsync(other, "a", """{"n":1}""");

        var attack = victim.AskAsync(method, Todos + path, Scope, Bytes(body));
        for (var i = 0; i < 5; i++)
            Assert.Equal(1, (await other.AskAsync("GET", Todos + "a", Scope)).Expect(200).Json.GetProperty("n").GetInt32());
        var answer = await attack;

        Assert.True(allowed.Contains(answer.Status), $"{name}: {answer.Status} {answer.Text[..Math.Min(500, answer.Text.Length)]}");
        if (answer.Status >= 400)
            Assert.Equal(JsonValueKind.String, answer.Json.GetProperty("error").ValueKind);
        (await victim.AskAsync("GET", Todos + "a", Scope)).Expect(200);
        if (answer.Status >= 400)
        {
            var rows = (await victim.AskAsync("GET", Todos + "_all_docs?DesignDocs=false", Scope)).Expect(200).Json;
            Assert.Equal(1, rows.GetProperty("total_rows").GetInt32());
        }
    }

    [Theory]
    [InlineData("{\"a\":\"\\u0000\\u001f\",\"z\":1}", "\"a\":\"\\u0000\\u001F\"")]
    [InlineData("{\"a\":1,\"a\":2,\"b\":{\"x\":1,\"x\":2}}", "\"a\":2,\"b\":{\"x\":2}")]
    [InlineData("{\"n\":123456789012345678901234567890}", "\"n\":123456789012345678901234567890")]
    public async Task What_is_odd_but_allowed_is_kept_as_it_is(string json, string fragment)
    {
        var cozy = await server.CreateInstanceAsync();
        await PutAsync(cozy, "odd", json);
        Assert.Contains(fragment, (await cozy.AskAsync("GET", Todos + "odd", Scope)).Expect(200).Text, StringComparison.Ordinal);
    }

    private static (string, string, byte[], int[]) Post(string path, string body, params int[] statuses) =>
        ("POST", path, Encoding.UTF8.GetBytes(body), statuses);

    private static (string, string, byte[], int[]) Find(string selector, params int[] statuses) =>
        Post("_find", $$"""{"selector":{{selector}}}""", statuses.Contains(200) ? [.. statuses, 400] : statuses);

    private static string Nest(string open, string inner, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth));

    private static ByteArrayContent Bytes(byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static async Task PutAsync(Cozy cozy, string id, string json) =>
        (await cozy.AskAsync("PUT", Todos + id, Scope, Cozy.Json(json))).Expect(200);
}
