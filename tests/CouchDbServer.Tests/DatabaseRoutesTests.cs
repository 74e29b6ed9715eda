using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace Cozy.CouchDbServer.Tests;

public sealed class DatabaseRoutesTests(RunningServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_is_created_described_and_deleted()
    {
        var name = $"n{Guid.NewGuid():N}/io-cozy-notes";
        var path = "/" + Uri.EscapeDataString(name);
        var talk = new Dialogue(server, name);
        await talk.SayAsync($"HEAD {path}", null, 404, "");
        await talk.SayAsync($"PUT {path}/a", "{}", 404, """{"error":"not_found","reason":"Database does not exist."}""");
        await talk.SayAsync($"PUT {path}", null, 201, """{"ok":true}""");
        await talk.SayAsync($"PUT {path}", null, 412, """{"error":"file_exists","reason":"The database could not be created, the file already exists."}""");
        await talk.SayAsync($"HEAD {path}", null, 200, "");
        await talk.SayAsync($"PUT {path}/a", "{}", 201, null);
        var (_, info, response) = await server.SendAsync("GET", path, null, Ct);
        response.Dispose();
        Assert.Contains($"\"db_name\":\"{name}\"", info, StringComparison.Ordinal);
        Assert.Contains("\"doc_count\":1", info, StringComparison.Ordinal);
        Assert.Contains("\"update_seq\":\"1-", info, StringComparison.Ordinal);
        var key = Uri.EscapeDataString($"\"{name}\"");
        await talk.SayAsync($"GET /_all_dbs?startkey={key}&endkey={key}", null, 200, """["{db}"]""");
        await talk.SayAsync("POST /_dbs_info", """{"keys":["zz-nope"]}""", 200, """[{"key":"zz-nope","error":"not_found"}]""");
        await talk.SayAsync($"DELETE {path}", null, 200, """{"ok":true}""");
        await talk.SayAsync($"DELETE {path}", null, 404, """{"error":"not_found","reason":"Database does not exist."}""");
        await talk.SayAsync($"GET {path}/a", null, 404, """{"error":"not_found","reason":"Database does not exist."}""");
    }

    [Theory]
    [InlineData("Abc", "Abc")]
    [InlineData("1a", "1a")]
    [InlineData("a.b", "a.b")]
    [InlineData("a%20b", "a b")]
    public async Task An_illegal_name_is_refused(string path, string name)
    {
        var talk = new Dialogue(server, "");
        await talk.SayAsync($"PUT /{path}", null, 400, $$"""{"error":"illegal_database_name","reason":"Name: '{{name}}'. Only lowercase characters (a-z), digits (0-9), and any of the characters _, $, (, ), +, -, and / are allowed. Must begin with a letter."}""");
    }

    [Theory]
    [InlineData("PATCH /{db}", "DELETE,GET,HEAD,POST")]
    [InlineData("GET /{db}/_bulk_docs", "POST")]
    [InlineData("DELETE /{db}/_changes", "GET,POST,HEAD")]
    [InlineData("POST /{db}/_security", "PUT,GET")]
    public async Task A_wrong_method_is_told_the_right_ones(string request, string allow)
    {
        var talk = await StartAsync();
        await talk.SayAsync(request, null, 405, $$"""{"error":"method_not_allowed","reason":"Only {{allow}} allowed"}""");
    }

    [Fact]
    public async Task Settings_are_kept_with_the_database()
    {
        var talk = await StartAsync();
        await talk.SayAsync("GET /{db}/_security", null, 200, """{"members":{"roles":["_admin"]},"admins":{"roles":["_admin"]}}""");
        await talk.SayAsync("PUT /{db}/_security", """{"admins": {"names":["a"]}, "x":1}""", 200, """{"ok":true}""");
        await talk.SayAsync("GET /{db}/_security", null, 200, """{"admins":{"names":["a"]},"x":1}""");
        await talk.SayAsync("PUT /{db}/_security", """{"admins":1}""", 400, null);
        await talk.SayAsync("GET /{db}/_revs_limit", null, 200, "1000");
        await talk.SayAsync("POST /{db}/_ensure_full_commit", "{}", 201, """{"ok":true,"instance_start_time":"0"}""");
        await talk.SayAsync("POST /{db}/_compact", "{}", 202, """{"ok":true}""");
    }

    [Fact]
    public async Task Documents_are_listed_in_the_byte_order_of_their_ids()
    {
        var talk = await StartAsync();
        await talk.SayAsync("POST /{db}/_bulk_docs", """{"new_edits":false,"docs":[{"_id":"b","_rev":"1-b"},{"_id":"B","_rev":"1-c"},{"_id":"é","_rev":"1-d"},{"_id":"gone","_rev":"1-e","_deleted":true},{"_id":"_design/x","_rev":"1-f"}]}""", 201, "[]");
        await talk.SayAsync("GET /{db}/_all_docs", null, 200, """{"total_rows":4,"offset":0,"rows":[{"id":"B","key":"B","value":{"rev":"1-c"}},{"id":"_design/x","key":"_design/x","value":{"rev":"1-f"}},{"id":"b","key":"b","value":{"rev":"1-b"}},{"id":"é","key":"é","value":{"rev":"1-d"}}]}""");
        await talk.SayAsync("GET /{db}/_all_docs?descending=true&limit=1&include_docs=true", null, 200, """{"total_rows":4,"offset":0,"rows":[{"id":"é","key":"é","value":{"rev":"1-d"},"doc":{"_id":"é","_rev":"1-d"}}]}""");
        await talk.SayAsync("GET /{db}/_all_docs?startkey=%22b%22&inclusive_end=false&endkey=%22%C3%A9%22", null, 200, """{"total_rows":4,"offset":2,"rows":[{"id":"b","key":"b","value":{"rev":"1-b"}}]}""");
        await talk.SayAsync("POST /{db}/_all_docs", """{"keys":["gone","none",1]}""", 200, """{"total_rows":4,"offset":null,"rows":[{"id":"gone","key":"gone","value":{"rev":"1-e","deleted":true}},{"key":"none","error":"not_found"},{"key":1,"error":"not_found"}]}""");
        await talk.SayAsync("GET /{db}/_design_docs", null, 200, """{"total_rows":1,"offset":1,"rows":[{"id":"_design/x","key":"_design/x","value":{"rev":"1-f"}}]}""");
        await talk.SayAsync("POST /{db}/_all_docs/queries", """{"queries":[{"key":"b"},{"limit":0}]}""", 200, """{"results":[{"total_rows":4,"offset":2,"rows":[{"id":"b","key":"b","value":{"rev":"1-b"}}]},{"total_rows":4,"offset":0,"rows":[]}]}""");
        await talk.SayAsync("GET /{db}/_all_docs?limit=x", null, 400, """{"error":"query_parse_error","reason":"Invalid value for integer: \"x\""}""");
        await talk.SayAsync("GET /{db}/_all_docs?keys=[]&key=1", null, 400, """{"error":"query_parse_error","reason":"`keys` is incompatible with `key`, `start_key` and `end_key`"}""");
    }

    [Fact]
    public async Task A_listing_longer_than_a_page_is_whole()
    {
        var name = await server.CreateDatabaseAsync(Ct);
        var documents = string.Join(',', Enumerable.Range(0, 2500).Select(n => $$"""{"_id":"d{{n:D4}}"}"""));
        (await server.SendAsync("POST", $"/{name}/_bulk_docs", $$"""{"docs":[{{documents}}]}""", Ct)).Response.Dispose();

        foreach (var (options, count) in new[] { ("", 2500), ("?descending=true", 2500), ("?limit=2000&skip=10", 2000) })
        {
            var (_, body, response) = await server.SendAsync("GET", $"/{name}/_all_docs{options}", null, Ct);
            response.Dispose();
            var ids = System.Text.Json.Nodes.JsonNode.Parse(body)!["rows"]!.AsArray().Select(row => (string)row!["id"]!).ToList();
            Assert.Equal(count, ids.Distinct().Count());
            Assert.Equal(count, ids.Count);
        }
    }

    [Theory]
    [InlineData("GET", "/", 200)]
    [InlineData("GET", "/_up", 200)]
    [InlineData("GET", "/_session", 200)]
    [InlineData("GET", "/_all_dbs", 401)]
    [InlineData("PUT", "/whatever", 401)]
    [InlineData("GET", "/whatever", 401)]
    [InlineData("GET", "/whatever/_all_docs", 401)]
    public async Task Without_credentials_only_the_greeting_answers(string method, string path, int status)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await client.SendAsync(request, Ct);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("admin:wrong")]
    [InlineData("other:p:w ü")]
    [InlineData("admin")]
    public async Task Wrong_credentials_are_refused_everywhere(string pair)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        using var response = await client.GetAsync(new Uri("/_all_dbs", UriKind.Relative), Ct);
        Assert.Equal(401, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_session_cookie_stands_for_the_password()
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        using var login = new StringContent(
            $$"""{"name":"{{RunningServer.Name}}","password":"{{RunningServer.Password}}"}""", Encoding.UTF8, "application/json");
        using var opened = await client.PostAsync(new Uri("/_session", UriKind.Relative), login, Ct);
        Assert.Equal(200, (int)opened.StatusCode);
        // The client's own cookie container has kept it.
        using var response = await client.GetAsync(new Uri("/_all_dbs", UriKind.Relative), Ct);
        Assert.Equal(200, (int)response.StatusCode);

        using var forged = new HttpRequestMessage(HttpMethod.Get, "/_all_dbs");
        forged.Headers.Add("Cookie", "AuthSession=" + Convert.ToBase64String("admin:FFFFFFFF:00"u8.ToArray()));
        using var plain = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server.Address };
        using var refused = await plain.SendAsync(forged, Ct);
        Assert.Equal(401, (int)refused.StatusCode);
    }

    private async Task<Dialogue> StartAsync() => new(server, await server.CreateDatabaseAsync(Ct));
}
