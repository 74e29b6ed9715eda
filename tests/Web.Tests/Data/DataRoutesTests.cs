using Xunit;

namespace Cozy.Web.Tests.Data;

public sealed class DataRoutesTests(TestServer server)
{
    private const string Scope = "io.cozy.todos";
    private const string Todos = "/data/io.cozy.todos/";

    [Theory]
    [InlineData("io.cozy.jobs")]
    [InlineData("io.cozy.triggers")]
    [InlineData("io.cozy.apps")]
    [InlineData("io.cozy.konnectors")]
    [InlineData("io.cozy.files")]
    [InlineData("io.cozy.files.versions")]
    [InlineData("io.cozy.notifications")]
    [InlineData("io.cozy.sessions.logins")]
    public async Task Doctypes_with_routes_of_their_own_can_be_read_and_not_written(string doctype)
    {
        var cozy = await server.CreateInstanceAsync();
        var path = $"/data/{doctype}/";
        foreach (var read in new[] { "", "_all_docs", "_normal_docs", "_changes", "_design_docs", "none", "_local/x" })
            Assert.Contains((await cozy.AskAsync("GET", path + read, doctype)).Status, new[] { 200, 404 });
        (await cozy.AskAsync("POST", path + "_index", doctype, Cozy.Json("""{"index":{"fields":["worker"]}}"""))).Expect(200);

        (await cozy.AskAsync("POST", path, doctype, Cozy.Json("{}"))).Expect(403);
        (await cozy.AskAsync("PUT", path + "a", doctype, Cozy.Json("{}"))).Expect(403);
        (await cozy.AskAsync("DELETE", path + "a?rev=1-a", doctype)).Expect(403);
        (await cozy.AskAsync("POST", path + "_bulk_docs", doctype, Cozy.Json("""{"docs":[{}]}"""))).Expect(403);
        (await cozy.AskAsync("PUT", path, doctype)).Expect(403);
        (await cozy.AskAsync("DELETE", path, doctype)).Expect(403);
    }

    [Fact]
    public async Task The_doctypes_that_may_be_read_are_listed()
    {
        var cozy = await server.CreateInstanceAsync();
        await PutAsync(cozy, "a", "{}");
        var doctypes = (await cozy.AskAsync("GET", "/data/_all_doctypes", "io.cozy.doctypes")).Expect(200).Json;
        var names = doctypes.EnumerateArray().Select(doctype => doctype.GetString()!).ToList();
        Assert.Contains("io.cozy.todos", names);
        Assert.Contains("io.cozy.files", names);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.DoesNotContain("io.cozy.sessions", names);
        (await cozy.AskAsync("GET", "/data/_all_doctypes", Scope)).Expect(403);
        (await cozy.AskAsync("GET", "/data/_all_doctypes")).Expect(401);
    }

    [Theory]
    [InlineData("GET", "_all_docs")]
    [InlineData("GET", "_normal_docs")]
    [InlineData("GET", "_changes")]
    [InlineData("GET", "_design_docs")]
    [InlineData("GET", "_design/x")]
    [InlineData("GET", "_local/x")]
    [InlineData("PUT", "_local/x")]
    [InlineData("GET", "")]
    [InlineData("POST", "_find")]
    [InlineData("POST", "_index")]
    [InlineData("POST", "_bulk_docs")]
    [InlineData("POST", "_bulk_get")]
    [InlineData("POST", "_revs_diff")]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    [InlineData("DELETE", "_design/x?rev=1-a")]
    [InlineData("POST", "_design/x/copy")]
    public async Task What_is_about_more_than_one_document_needs_a_permission_for_all(string method, string path)
    {
        var cozy = await server.CreateInstanceAsync();
        await PutAsync(cozy, "a", """{"kind":"x"}""");
        foreach (var narrow in new[] { "io.cozy.todos:ALL:a", "io.cozy.todos:ALL:x:kind", "io.cozy.recipes" })
            (await cozy.AskAsync(method, Todos + path, narrow, method == "GET" ? null : Cozy.Json("""{"docs":[]}"""))).Expect(403);
        (await cozy.AskAsync(method, Todos + path)).Expect(401);
    }

    [Fact]
    public async Task Histories_and_conflicts_are_told_to_those_who_may_read_the_document()
    {
        var cozy = await server.CreateInstanceAsync();
        const string replicas = """{"new_edits":false,"docs":[{"_id":"a","_rev":"2-b","_revisions":{"start":2,"ids":["b","a"]},"kind":"x"},{"_id":"a","_rev":"2-c","_revisions":{"start":2,"ids":["c","a"]},"kind":"secret"}]}""";
        (await cozy.AskAsync("POST", Todos + "_bulk_docs", Scope, Cozy.Json(replicas))).Expect(201);

        var read = (await cozy.AskAsync("GET", Todos + "a?conflicts=true&revs_info=true", Scope)).Expect(200).Text;
        Assert.Equal(
            """{"_id":"a","_rev":"2-c","_type":"io.cozy.todos","kind":"secret","_revs_info":[{"rev":"2-c","status":"available"},{"rev":"1-a","status":"missing"}],"_conflicts":["2-b"]}""",
            read);
        Assert.Contains("\"_revisions\":{\"start\":2,\"ids\":[\"c\",\"a\"]}", (await cozy.AskAsync("GET", Todos + "a?revs=true", Scope)).Expect(200).Text, StringComparison.Ordinal);
        (await cozy.AskAsync("GET", Todos + "a?revs=true", "io.cozy.todos:GET:a")).Expect(200);
        (await cozy.AskAsync("GET", Todos + "a?revs=true", "io.cozy.todos:GET:b")).Expect(403);
        (await cozy.AskAsync("GET", Todos + "a?revs=true", "io.cozy.recipes")).Expect(403);

        // By a selector only what is selected, not the other revision of the same document.
        (await cozy.AskAsync("GET", Todos + "a?revs=true", "io.cozy.todos:GET:x:kind")).Expect(403);
        (await cozy.AskAsync("GET", Todos + "a?revs=true", "io.cozy.todos:GET:secret:kind")).Expect(200);
        (await cozy.AskAsync("GET", Todos + "a?revs=true&open_revs=all", "io.cozy.todos:GET:secret:kind")).Expect(403);
        (await cozy.AskAsync("GET", Todos + "a?revs=true&rev=2-b", "io.cozy.todos:GET:secret:kind")).Expect(403);
        (await cozy.AskAsync("GET", Todos + "none?conflicts=true", Scope)).Expect(404);
        (await cozy.AskAsync("GET", "/data/io.cozy.unborn/none?conflicts=true", "io.cozy.unborn")).Expect(404);
    }

    [Fact]
    public async Task Fields_select_members_at_any_depth()
    {
        var cozy = await server.CreateInstanceAsync();
        await PutAsync(cozy, "a", """{"name":"n","metadata":{"title":"t","size":{"w":1,"h":2},"tags":[1]},"list":[{"x":1}],"other":"o"}""");
        var rows = (await cozy.AskAsync("GET", Todos + "_all_docs?Fields=_id,name,metadata.title,metadata.size.w,list,none.at.all", Scope)).Expect(200);
        Assert.Contains(
            "\"doc\":{\"_id\":\"a\",\"name\":\"n\",\"metadata\":{\"title\":\"t\",\"size\":{\"w\":1}},\"list\":[{\"x\":1}]}",
            rows.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_of_an_index_is_an_index()
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("POST", Todos + "_index", Scope, Cozy.Json("""{"index":{"fields":["n"]},"ddoc":"by_n"}"""))).Expect(200);
        foreach (var bad in new[] { "document", "_local/x", "_design/", "" })
        {
            var refused = await cozy.AskAsync(
                "POST", Todos + "_design/by_n/copy", Scope, change: request => request.Headers.TryAddWithoutValidation("Destination", bad));
            Assert.Contains("Destination", refused.Expect(400).Text, StringComparison.Ordinal);
        }

        var copied = await cozy.AskAsync(
            "POST", Todos + "_design/by_n/copy", Scope, Cozy.Json("null"),
            request => request.Headers.TryAddWithoutValidation("Destination", "_design/a?b(c)$d"));
        Assert.Equal("_design/a?b(c)$d", copied.Expect(201).Json.GetProperty("id").GetString());
        (await cozy.AskAsync("GET", Todos + "_design/a%3Fb(c)%24d", Scope)).Expect(200);
        (await cozy.AskAsync("DELETE", "/data/io.cozy.files/_design/dir-by-path?rev=1-a", "io.cozy.files")).Expect(403);
    }

    [Fact]
    public async Task A_database_is_made_described_and_deleted()
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("GET", Todos, Scope)).Expect(404);
        (await cozy.AskAsync("PUT", Todos, Scope)).Expect(201);
        (await cozy.AskAsync("PUT", Todos, Scope)).Expect(412);
        await PutAsync(cozy, "a", "{}");
        var facts = (await cozy.AskAsync("GET", Todos, Scope)).Expect(200).Json;
        Assert.Equal($"{cozy.Instance.Id}/io-cozy-todos", facts.GetProperty("db_name").GetString());
        Assert.Equal(1, facts.GetProperty("doc_count").GetInt32());
        (await cozy.AskAsync("DELETE", Todos, Scope)).Expect(200);
        (await cozy.AskAsync("GET", Todos + "a", Scope)).Expect(404);
        (await cozy.AskAsync("GET", "/data/io.cozy.todos", Scope)).Expect(404);
    }

    [Fact]
    public async Task Documents_with_attachments_are_refused()
    {
        var cozy = await server.CreateInstanceAsync();
        const string attached = """{"_id":"a","_attachments":{"x":{"content_type":"text/plain","data":"aGk="}}}""";
        (await cozy.AskAsync("PUT", Todos + "a", Scope, Cozy.Json(attached.Replace("\"_id\":\"a\",", "", StringComparison.Ordinal)))).Expect(400);
        var batch = await cozy.AskAsync("POST", Todos + "_bulk_docs", Scope, Cozy.Json($$"""{"docs":[{{attached}}]}"""));
        Assert.DoesNotContain("\"ok\"", batch.Text, StringComparison.Ordinal);
        (await cozy.AskAsync("GET", Todos + "a", Scope)).Expect(404);
    }

    private static async Task PutAsync(Cozy cozy, string id, string json) =>
        (await cozy.AskAsync("PUT", Todos + id, Scope, Cozy.Json(json))).Expect(200);
}
