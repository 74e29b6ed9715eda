using Xunit;

namespace Cozy.Web.Tests.Data;

public sealed class DataEndpointsTests(TestServer server)
{
    private const string Scope = "io.cozy.recipes";

    [Fact]
    public async Task A_document_is_created_read_updated_and_deleted()
    {
        var cozy = await server.CreateInstanceAsync();
        var created = (await cozy.AskAsync("POST", "/data/io.cozy.recipes/", Scope, Cozy.Json("""{"title":"Leek soup","serves":4}""")))
            .Expect(201).Json;
        var id = created.GetProperty("id").GetString()!;
        var rev = created.GetProperty("rev").GetString()!;
        Assert.True(created.GetProperty("ok").GetBoolean());
        Assert.Equal("io.cozy.recipes", created.GetProperty("type").GetString());
        Assert.Equal(rev, created.GetProperty("data").GetProperty("_rev").GetString());

        var read = (await cozy.AskAsync("GET", $"/data/io.cozy.recipes/{id}", Scope)).Expect(200);
        Assert.Equal("application/json", read.Headers["Content-Type"]);
        Assert.Equal(read.Bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), read.Headers["Content-Length"]);
        Assert.Equal("io.cozy.recipes", read.Json.GetProperty("_type").GetString());
        Assert.Equal(4, read.Json.GetProperty("serves").GetInt32());

        var updated = (await cozy.AskAsync("PUT", $"/data/io.cozy.recipes/{id}", Scope,
            Cozy.Json($$"""{"_id":"{{id}}","_rev":"{{rev}}","title":"Leek and potato soup"}"""))).Expect(200).Json;
        var newRev = updated.GetProperty("rev").GetString();
        Assert.StartsWith("2-", newRev, StringComparison.Ordinal);

        var deleted = (await cozy.AskAsync("DELETE", $"/data/io.cozy.recipes/{id}?rev={newRev}", Scope)).Expect(200).Json;
        Assert.True(deleted.GetProperty("deleted").GetBoolean());
        Assert.Equal(
            """{"ok":false,"status":"404","error":"not_found","reason":"deleted"}""",
            (await cozy.AskAsync("GET", $"/data/io.cozy.recipes/{id}", Scope)).Expect(404).Text);
    }

    [Fact]
    public async Task An_update_may_carry_the_type_that_reads_add()
    {
        var cozy = await server.CreateInstanceAsync();
        var rev = await PutAsync(cozy, "typed", """{"n":1}""");
        var read = (await cozy.AskAsync("GET", "/data/io.cozy.recipes/typed", Scope)).Expect(200).Text;
        Assert.Contains($"\"_rev\":\"{rev}\",\"_type\":\"io.cozy.recipes\"", read, StringComparison.Ordinal);

        var updated = await cozy.AskAsync("PUT", "/data/io.cozy.recipes/typed", Scope, Cozy.Json(read));

        Assert.Equal(1, updated.Expect(200).Json.GetProperty("data").GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task An_update_with_a_stale_revision_is_a_conflict()
    {
        var cozy = await server.CreateInstanceAsync();
        var rev = await PutAsync(cozy, "a", """{"n":1}""");
        (await cozy.AskAsync("PUT", "/data/io.cozy.recipes/a", Scope, Cozy.Json($$"""{"_id":"a","_rev":"{{rev}}","n":2}"""))).Expect(200);
        var conflict = await cozy.AskAsync("PUT", "/data/io.cozy.recipes/a", Scope, Cozy.Json($$"""{"_id":"a","_rev":"{{rev}}","n":3}"""));
        Assert.Equal("""{"ok":false,"status":"409","error":"conflict","reason":"Document update conflict."}""", conflict.Expect(409).Text);
        (await cozy.AskAsync("PUT", "/data/io.cozy.recipes/a", Scope, Cozy.Json("""{"n":3}"""))).Expect(409);
        (await cozy.AskAsync("DELETE", $"/data/io.cozy.recipes/a?rev={rev}", Scope)).Expect(409);
    }

    [Theory]
    [InlineData("soups%2Fcold", "soups/cold")]
    [InlineData("soups%252Fcold", "soups%2Fcold")]
    [InlineData("cr%C3%A8me%20br%C3%BBl%C3%A9e", "crème brûlée")]
    [InlineData("%22quoted%22", "\"quoted\"")]
    public async Task An_id_is_taken_as_it_was_encoded(string encoded, string id)
    {
        var cozy = await server.CreateInstanceAsync();
        var written = (await cozy.AskAsync("PUT", $"/data/io.cozy.recipes/{encoded}", Scope, Cozy.Json("{}"))).Expect(200);
        Assert.Equal(id, written.Json.GetProperty("id").GetString());
        Assert.Equal(id, (await cozy.AskAsync("GET", $"/data/io.cozy.recipes/{encoded}", Scope)).Expect(200).Json.GetProperty("_id").GetString());
    }

    [Theory]
    [InlineData("GET", "/data/io.cozy.recipes/a", null, 404, "wrong_doctype")]
    [InlineData("PUT", "/data/io.cozy.recipes/a", """{"_id":"a","_rev":"1-a"}""", 404, "wrong_doctype")]
    [InlineData("GET", "/data/io.cozy.recipes/_find", null, 400, "Unsuported couchdb operation _find")]
    [InlineData("PUT", "/data/io.cozy.recipes/_hidden", "{}", 400, "Unsuported couchdb operation _hidden")]
    [InlineData("PUT", "/data/io.cozy.recipes/_design%2Fmine", "{}", 400, "Unsuported couchdb operation _design/mine")]
    [InlineData("POST", "/data/io.cozy.recipes/", """{"_id":"chosen"}""", 400, "document _id should be empty")]
    [InlineData("POST", "/data/io.cozy.recipes/", """{"_secret":1}""", 400, "Bad special document member: _secret")]
    [InlineData("POST", "/data/io.cozy.recipes/", "[1,2]", 400, "Document must be a JSON object")]
    [InlineData("POST", "/data/io.cozy.recipes/", "{\"a\":", 400, "Bad Request(400)")]
    [InlineData("POST", "/data/io.cozy.recipes/", "", 400, "Bad Request(400)")]
    [InlineData("POST", "/data/io.cozy.recipes/", """{"_deleted":true}""", 400, "cannot be deleted")]
    [InlineData("PUT", "/data/io.cozy.recipes/a", """{"_id":"a"}""", 400, "You must either provide an _id and _rev")]
    [InlineData("PUT", "/data/io.cozy.recipes/a", """{"_rev":"1-a"}""", 400, "You must either provide an _id and _rev")]
    [InlineData("PUT", "/data/io.cozy.recipes/a", """{"_id":"b","_rev":"1-a"}""", 400, "document _id doesnt match url")]
    [InlineData("PUT", "/data/io.cozy.recipes/a", """{"_id":"a","_rev":"abc"}""", 400, "Invalid rev format")]
    [InlineData("DELETE", "/data/io.cozy.recipes/a", null, 400, "delete without revision")]
    [InlineData("DELETE", "/data/io.cozy.recipes/a?rev=abc", null, 400, "Invalid rev format")]
    [InlineData("GET", "/data/io.cozy.recipes/%FF", null, 400, "the path is malformed")]
    [InlineData("GET", "/data/io.cozy.recipes/a%2", null, 400, "the path is malformed")]
    [InlineData("POST", "/data/io.cozy.recipes", "{}", 404, "code=404, message=Not Found")]
    [InlineData("POST", "/data/io.cozy.recipes/a", "{}", 404, "code=404, message=Not Found")]
    [InlineData("PATCH", "/data/io.cozy.recipes/a", "{}", 404, "code=404, message=Not Found")]
    [InlineData("GET", "/data/io.cozy.recipes/a/b/c", null, 404, "code=404, message=Not Found")]
    [InlineData("GET", "/data/IO.COZY.UPPER/a", null, 403, "IO.COZY.UPPER is not a valid doctype name")]
    [InlineData("GET", "/data/io..cozy/a", null, 403, "io..cozy is not a valid doctype name")]
    [InlineData("GET", "/data/io.cozy.x./a", null, 403, "is not a valid doctype name")]
    [InlineData("GET", "/data/io.cozy.dash-ed/a", null, 403, "is not a valid doctype name")]
    [InlineData("GET", "/data/io.cozy.with%2Fslash/a", null, 403, "io.cozy.with%2Fslash is not a valid doctype name")]
    [InlineData("GET", "/data/io.cozy.sessions/a", null, 403, "reserved doctype io.cozy.sessions unreadable")]
    [InlineData("POST", "/data/io.cozy.jobs/", "{}", 403, "reserved doctype io.cozy.jobs unwritable")]
    [InlineData("PUT", "/data/io.cozy.files/a", "{}", 403, "reserved doctype io.cozy.files unwritable")]
    public async Task Bad_input_gets_the_errors_of_the_api_and_leaves_nothing(
        string method, string target, string? body, int status, string fragment)
    {
        var cozy = await server.CreateInstanceAsync();
        var answer = (await cozy.AskAsync(method, target, Scope, body is null ? null : Cozy.Json(body))).Expect(status);
        Assert.Contains(fragment, answer.Text, StringComparison.Ordinal);
        Assert.Equal(System.Text.Json.JsonValueKind.String, answer.Json.GetProperty("error").ValueKind);
        (await cozy.AskAsync("GET", "/data/io.cozy.recipes/a", Scope)).Expect(404);
    }

    [Fact]
    public async Task A_path_with_a_nul_is_refused_before_any_route() =>
        (await (await server.CreateInstanceAsync()).AskAsync("GET", "/data/io.cozy.recipes/a%00b", Scope)).Expect(400);

    [Fact]
    public async Task Ten_megabytes_of_nested_arrays_are_refused()
    {
        var cozy = await server.CreateInstanceAsync();
        var nested = new string('[', 5_000_000) + new string(']', 5_000_000);
        (await cozy.AskAsync("POST", "/data/io.cozy.recipes/", Scope, Cozy.Json($$"""{"a":{{nested}}}"""))).Expect(413);
        var deep = new string('[', 600) + new string(']', 600);
        (await cozy.AskAsync("POST", "/data/io.cozy.recipes/", Scope, Cozy.Json($$"""{"a":{{deep}}}"""))).Expect(400);
    }

    [Theory]
    [InlineData("io.cozy.recipes:GET", "POST", 403)]
    [InlineData("io.cozy.recipes:POST", "POST", 201)]
    [InlineData("io.cozy.files", "POST", 403)]
    [InlineData("io.cozy.recipes:PUT", "PUT", 403)]
    [InlineData("io.cozy.recipes:POST", "PUT", 200)]
    [InlineData("io.cozy.recipes:ALL:fixed", "PUT", 200)]
    [InlineData("io.cozy.recipes:ALL:other", "PUT", 403)]
    [InlineData("io.cozy.recipes:ALL:oven:kind", "PUT", 200)]
    [InlineData("io.cozy.recipes:ALL:cold:kind", "PUT", 403)]
    [InlineData("io.cozy.recipes.*", "POST", 201)]
    [InlineData("io.cozy.*", "POST", 400)]
    public async Task Creating_needs_the_permission_to_post(string scope, string method, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        var target = method == "POST" ? "/data/io.cozy.recipes/" : "/data/io.cozy.recipes/fixed";
        (await cozy.AskAsync(method, target, scope, Cozy.Json("""{"kind":"oven"}"""))).Expect(status);
    }

    [Fact]
    public async Task A_selector_covers_only_documents_that_match_before_and_after()
    {
        var cozy = await server.CreateInstanceAsync();
        var rev = await PutAsync(cozy, "bread", """{"kind":"oven"}""");
        await PutAsync(cozy, "salad", """{"kind":"cold"}""");
        const string limited = "io.cozy.recipes:GET,PUT:oven:kind";
        (await cozy.AskAsync("GET", "/data/io.cozy.recipes/bread", limited)).Expect(200);
        Assert.Equal("""{"error":"code=403, message=Forbidden"}""",
            (await cozy.AskAsync("GET", "/data/io.cozy.recipes/salad", limited)).Expect(403).Text);
        (await cozy.AskAsync("GET", "/data/io.cozy.recipes/nothing", limited)).Expect(403);
        (await cozy.AskAsync("PUT", "/data/io.cozy.recipes/bread", limited,
            Cozy.Json($$"""{"_id":"bread","_rev":"{{rev}}","kind":"cold"}"""))).Expect(403);
        (await cozy.AskAsync("PUT", "/data/io.cozy.recipes/bread", limited,
            Cozy.Json($$"""{"_id":"bread","_rev":"{{rev}}","_deleted":true}"""))).Expect(403);
        (await cozy.AskAsync("PUT", "/data/io.cozy.recipes/bread", limited,
            Cozy.Json($$"""{"_id":"bread","_rev":"{{rev}}","kind":"oven","hot":true}"""))).Expect(200);
    }

    [Fact]
    public async Task If_match_names_the_revision_to_delete()
    {
        var cozy = await server.CreateInstanceAsync();
        var rev = await PutAsync(cozy, "a", "{}");
        (await cozy.AskAsync("DELETE", "/data/io.cozy.recipes/a?rev=1-b", Scope,
            change: request => request.Headers.TryAddWithoutValidation("If-Match", rev))).Expect(400);
        (await cozy.AskAsync("DELETE", "/data/io.cozy.recipes/a", Scope,
            change: request => request.Headers.TryAddWithoutValidation("If-Match", rev))).Expect(200);
    }

    [Fact]
    public async Task The_welcome_needs_no_token() =>
        Assert.Equal("""{"message":"welcome to a cozy API"}""",
            (await (await server.CreateInstanceAsync()).AskAsync("GET", "/data/")).Expect(200).Text);

    private static async Task<string> PutAsync(Cozy cozy, string id, string json) =>
        (await cozy.AskAsync("PUT", $"/data/io.cozy.recipes/{id}", Scope, Cozy.Json(json))).Expect(200).Json.GetProperty("rev").GetString()!;
}
