using System.Text.Json;
using Xunit;

namespace Cozy.Web.Tests.Files;

/// <summary>The routes that change files and folders, against the shapes recorded of the original.</summary>
public sealed class FileRoutesTests(TestServer server)
{
    private const string Scope = "io.cozy.files";

    [Theory]
    [InlineData("""{"data":{"attributes":{"name":"remark.txt"}}}""", 200, "name", "\"remark.txt\"")]
    [InlineData("""{"data":{"attributes":{"name":"note.txt"}}}""", 200, "name", "\"note.txt\"")]
    [InlineData("""{"data":{"attributes":{"name":"other.txt"}}}""", 409, "file already exists", null)]
    [InlineData("""{"data":{"attributes":{"name":"Core"}}}""", 409, "file already exists", null)]
    [InlineData("""{"data":{"attributes":{"name":"remark.png"}}}""", 200, "mime", "\"image/png\"")]
    [InlineData("""{"data":{"attributes":{"name":"a/b"}}}""", 422, "Invalid filename: empty or contains an illegal character", "name")]
    [InlineData("""{"data":{"attributes":{"name":""}}}""", 422, "Invalid filename: empty or contains an illegal character", "name")]
    [InlineData("""{"data":{"attributes":{"name":"\ud800"}}}""", 400, "JSON input is malformed or is missing mandatory fields", null)]
    [InlineData("""{"data":{"attributes":{"name":null}}}""", 200, "name", "\"note.txt\"")]
    [InlineData("""{"data":{"attributes":{"name":5}}}""", 400, "JSON input is malformed or is missing mandatory fields", null)]
    [InlineData("""{"data":{"attributes":{"tags":["b","a","b"]}}}""", 200, "tags", "[\"b\",\"a\"]")]
    [InlineData("""{"data":{"attributes":{"tags":"a"}}}""", 400, "JSON input is malformed or is missing mandatory fields", null)]
    [InlineData("""{"data":{"attributes":{"metadata":{"k1":"v1","k2":2.50}}}}""", 200, "metadata", """{"k1":"v1","k2":2.5}""")]
    [InlineData("""{"data":{"attributes":{"executable":true}}}""", 200, "executable", "true")]
    [InlineData("""{"data":{"attributes":{"class":"image","mime":"image/png","size":"99"}}}""", 200, "size", "\"3\"")]
    [InlineData("""{"data":{"attributes":{"updated_at":"2001-01-01T00:00:00Z"}}}""", 422, "Invalid time given", "UpdatedAt")]
    [InlineData("""{"data":{"attributes":{"updated_at":"someday"}}}""", 400, "JSON input is malformed or is missing mandatory fields", null)]
    [InlineData("""{"data":{"attributes":{"trashed":true}}}""", 200, "trashed", "false")]
    [InlineData("""{"data":{"attributes":{"dir_id":"ffffffffffffffffffffffffffffffff"}}}""", 404, "Parent directory with given DirID does not exist", null)]
    [InlineData("""{"data":{"attributes":{"dir_id":""}}}""", 200, "name", "\"note.txt\"")]
    [InlineData("""{"data":{"type":"io.cozy.nope","id":"x","attributes":{"tags":["w"]}}}""", 200, "tags", "[\"w\"]")]
    [InlineData("""{"data":{}}""", 200, "name", "\"note.txt\"")]
    [InlineData("""{"data":[]}""", 400, "JSON input is malformed or is missing mandatory fields", null)]
    [InlineData("""{}""", 400, "JSON input is malformed or is missing mandatory fields", null)]
    [InlineData("""{oops""", 400, "JSON input is malformed or is missing mandatory fields", null)]
    public async Task A_file_is_patched_as_the_original_does(string body, int status, string expected, string? value)
    {
        var cozy = await server.CreateInstanceAsync();
        await FolderAsync(cozy, "Core");
        await UploadAsync(cozy, "other.txt", "abc");
        var id = await UploadAsync(cozy, "note.txt", "abc");

        var answer = (await cozy.AskAsync("PATCH", $"/files/{id}", Scope, Cozy.Json(body))).Expect(status);

        if (status == 200)
        {
            Assert.Equal(value, answer.Data.GetProperty("attributes").GetProperty(expected).GetRawText());
            return;
        }

        var error = answer.Json.GetProperty("errors")[0];
        Assert.Equal(expected, error.GetProperty("detail").GetString());
        Assert.Equal(value is null ? "{}" : $$"""{"parameter":"{{value}}"}""", error.GetProperty("source").GetRawText());
        Assert.Equal("note.txt", Attribute(await cozy.AskAsync("GET", $"/files/{id}", Scope), "name"));
    }

    [Fact]
    public async Task A_folder_moves_and_answers_with_its_contents()
    {
        var cozy = await server.CreateInstanceAsync();
        var (box, bag) = (await FolderAsync(cozy, "Box"), await FolderAsync(cozy, "Bag"));
        var inner = await FolderAsync(cozy, "Inner", box);

        var moved = await PatchAsync(cozy, box, $$"""{"dir_id":"{{bag}}","name":"Case"}""");

        Assert.Equal("/Bag/Case", Attribute(moved, "path"));
        Assert.Equal(1, moved.Data.GetProperty("relationships").GetProperty("contents").GetProperty("meta").GetProperty("count").GetInt32());
        Assert.Equal(inner, moved.Json.GetProperty("included")[0].GetProperty("id").GetString());
        (await cozy.AskAsync("GET", "/files/metadata?Path=/Box", Scope)).Expect(404);
        var refused = (await cozy.AskAsync(
            "PATCH", $"/files/{bag}", Scope, Cozy.Json($$$"""{"data":{"attributes":{"dir_id":"{{{inner}}}" } } }"""))).Expect(412);
        Assert.Equal("dir-id", refused.Json.GetProperty("errors")[0].GetProperty("source").GetProperty("parameter").GetString());
        (await cozy.AskAsync(
            "PATCH", "/files/metadata?Path=/Bag/Case", Scope, Cozy.Json("""{"data":{"attributes":{"tags":["by-path"]}}}"""))).Expect(200);
        (await cozy.AskAsync("PATCH", $"/files/{bag}", Scope, Cozy.Json("""{"data":{"attributes":{"tags":["x"]}}}"""),
            request => request.Headers.TryAddWithoutValidation("If-Match", "1-abc"))).Expect(412);
    }

    [Fact]
    public async Task A_batch_changes_what_it_can_and_tells_the_rest()
    {
        var cozy = await server.CreateInstanceAsync();
        var (one, two, three) = (await UploadAsync(cozy, "1", "a"), await UploadAsync(cozy, "2", "b"), await UploadAsync(cozy, "3", "c"));

        var answer = (await cozy.AskAsync("PATCH", "/files/", Scope, Cozy.Json($$"""
            {"data":[{"id":"{{one}}","attributes":{"name":"2"} },{"id":"ffff","attributes":{} },
            {"id":"{{two}}","attributes":{"move_to_trash":true} },{"id":"{{three}}","attributes":{"permanent_delete":true} }]}
            """))).Expect(409);

        Assert.Equal(
            [(one, "409"), ("ffff", "404")],
            answer.Json.GetProperty("errors").EnumerateArray().Select(error =>
                (error.GetProperty("source").GetProperty("pointer").GetString()!, error.GetProperty("status").GetString()!)));
        Assert.Equal("true", (await cozy.AskAsync("GET", $"/files/{two}", Scope)).Data.GetProperty("attributes").GetProperty("trashed").GetRawText());
        (await cozy.AskAsync("GET", $"/files/{three}", Scope)).Expect(404);
        (await cozy.AskAsync("PATCH", "/files/", Scope, Cozy.Json("""{"data":[]}"""))).Expect(204);
        (await cozy.AskAsync("PATCH", "/files/", Scope, Cozy.Json("""{"data":{}}"""))).Expect(400);
    }

    [Fact]
    public async Task The_trash_takes_gives_back_and_destroys()
    {
        var cozy = await server.CreateInstanceAsync();
        var id = await UploadAsync(cozy, "leaf.txt", "leaf");
        (await cozy.AskAsync("DELETE", $"/files/trash/{id}", Scope)).Expect(400);
        (await cozy.AskAsync("POST", $"/files/trash/{id}", Scope)).Expect(400);

        var trashed = (await cozy.AskAsync("DELETE", $"/files/{id}", Scope)).Expect(200);
        Assert.Equal("/", Attribute(trashed, "restore_path"));
        Assert.Equal("member", trashed.Data.GetProperty("attributes").GetProperty("cozyMetadata").GetProperty("trashedBy").GetProperty("kind").GetString());
        Assert.Equal(1, (await cozy.AskAsync("GET", "/files/trash", Scope)).Json.GetProperty("meta").GetProperty("count").GetInt32());
        (await cozy.AskAsync("DELETE", $"/files/{id}", Scope)).Expect(400);
        (await cozy.AskAsync("POST", $"/files/trash/{id}", Scope)).Expect(200);
        (await cozy.AskAsync("DELETE", $"/files/{id}", Scope)).Expect(200);
        (await cozy.AskAsync("DELETE", $"/files/trash/{id}", Scope)).Expect(204);
        (await cozy.AskAsync("GET", $"/files/{id}", Scope)).Expect(404);
        (await cozy.AskAsync("DELETE", "/files/trash", Scope)).Expect(204);
        (await cozy.AskAsync("DELETE", "/files/io.cozy.files.root-dir", Scope)).Expect(400);
        (await cozy.AskAsync("DELETE", "/files/trash/io.cozy.files.root-dir", Scope)).Expect(400);
        (await cozy.AskAsync("DELETE", "/files/trash/io.cozy.files.trash-dir", Scope)).Expect(400);
    }

    [Fact]
    public async Task An_overwrite_keeps_a_version_that_can_be_had_and_reverted_to()
    {
        var cozy = await server.CreateInstanceAsync();
        var id = await UploadAsync(cozy, "poem.txt", "one");
        var changed = (await cozy.AskAsync("PUT", $"/files/{id}", Scope, new StringContent("second"))).Expect(200);
        var version = changed.Data.GetProperty("relationships").GetProperty("old_versions").GetProperty("data")[0].GetProperty("id").GetString()!;
        Assert.Equal(version, changed.Json.GetProperty("included")[0].GetProperty("id").GetString());
        Assert.Equal("one", (await cozy.AskAsync("GET", $"/files/download/{version}", Scope)).Expect(200).Text);
        Assert.Equal("ne", (await cozy.AskAsync("GET", $"/files/download/{version}", Scope, null,
            request => request.Headers.TryAddWithoutValidation("Range", "bytes=1-"))).Expect(206).Text);
        (await cozy.AskAsync("PATCH", $"/files/{version}", Scope, Cozy.Json("""{"data":{"attributes":{"tags":["poem"]}}}"""))).Expect(200);
        (await cozy.AskAsync("PATCH", $"/files/{version}", Scope, Cozy.Json("""{"data":{"attributes":{"md5sum":"x"}}}"""))).Expect(400);
        (await cozy.AskAsync("POST", $"/files/revert/{version}", Scope)).Expect(200);
        Assert.Equal("one", (await cozy.AskAsync("GET", $"/files/download/{id}", Scope)).Text);
        (await cozy.AskAsync("POST", $"/files/revert/{version}", Scope)).Expect(404);
        (await cozy.AskAsync("PUT", $"/files/{id}", Scope, new StringContent("x"),
            request => request.Headers.TryAddWithoutValidation("If-Match", "1-abc"))).Expect(412);
        (await cozy.AskAsync("POST", $"/files/{id}/versions?Tags=a,b", Scope,
            Cozy.Json("""{"data":{"type":"io.cozy.files.metadata","attributes":{"qualification":{"label":"poem"}}}}"""))).Expect(200);
        (await cozy.AskAsync("DELETE", "/files/versions", Scope)).Expect(204);
        Assert.False((await cozy.AskAsync("GET", $"/files/{id}", Scope)).Json.TryGetProperty("included", out _));
    }

    [Fact]
    public async Task Copies_find_free_names_and_links_work_without_a_token()
    {
        var cozy = await server.CreateInstanceAsync();
        var id = await UploadAsync(cozy, "map.txt", "paper");
        Assert.Equal("map (copy).txt", Attribute((await cozy.AskAsync("POST", $"/files/{id}/copy", Scope)).Expect(201), "name"));
        Assert.Equal("map (copy) (2).txt", Attribute((await cozy.AskAsync("POST", $"/files/{id}/copy", Scope)).Expect(201), "name"));
        var copy = (await cozy.AskAsync("POST", $"/files/{id}/copy?Name=plan.md", Scope)).Expect(201);
        Assert.Equal(("plan.md", "text/markdown"), (Attribute(copy, "name"), Attribute(copy, "mime")));

        var made = (await cozy.AskAsync("POST", $"/files/downloads?Id={copy.Data.GetProperty("id").GetString()}&Filename=caf%C3%A9.md", Scope)).Expect(200);
        var link = made.Json.GetProperty("links").GetProperty("related").GetString()!;
        var got = (await cozy.AskAsync("GET", link + "?Dl=1")).Expect(200);
        Assert.Equal("paper", got.Text);
        Assert.StartsWith("attachment", got.Headers["Content-Disposition"], StringComparison.Ordinal);
        Assert.Equal("default-src 'none';frame-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none';", got.Headers["Content-Security-Policy"]);
        Assert.Equal(
            "default-src 'none';frame-src 'none';frame-ancestors *;base-uri 'none';form-action 'none';",
            (await cozy.AskAsync("GET", link)).Expect(200).Headers["Content-Security-Policy"]);
        (await cozy.AskAsync("GET", "/files/downloads/0000000000000000/plan.md")).Expect(400);
        (await cozy.AskAsync("DELETE", $"/files/{copy.Data.GetProperty("id").GetString()}", Scope)).Expect(200);
        (await cozy.AskAsync("GET", link)).Expect(404);
    }

    [Fact]
    public async Task A_children_list_is_paged_by_key()
    {
        var cozy = await server.CreateInstanceAsync();
        var folder = await FolderAsync(cozy, "Listing");
        for (var i = 0; i < 5; i++)
            await UploadAsync(cozy, $"item{i}.txt", "x", folder);

        var first = (await cozy.AskAsync("GET", $"/files/{folder}?page[limit]=3", Scope)).Expect(200);
        var next = first.Json.GetProperty("links").GetProperty("next").GetString()!;
        Assert.Contains("page%5Bcursor%5D=%5B%5B%22", next, StringComparison.Ordinal);
        var second = (await cozy.AskAsync("GET", next, Scope)).Expect(200);
        Assert.Equal(["item3.txt", "item4.txt"], second.Json.GetProperty("included").EnumerateArray().Select(file => file.GetProperty("attributes").GetProperty("name").GetString()));
        Assert.False(second.Json.GetProperty("links").TryGetProperty("next", out _));
        (await cozy.AskAsync("GET", $"/files/{folder}?page[cursor]=zzz", Scope)).Expect(400);
        (await cozy.AskAsync("GET", $"/files/{folder}?page[cursor]=[1,2]", Scope)).Expect(400);
        Assert.Equal("5", Attribute((await cozy.AskAsync("GET", $"/files/{folder}/size", Scope)).Expect(200), "size"));
    }

    [Fact]
    public async Task A_caller_limited_to_a_folder_reaches_neither_out_of_it_nor_into_the_trash()
    {
        var cozy = await server.CreateInstanceAsync();
        var (orchard, other) = (await FolderAsync(cozy, "Orchard"), await FolderAsync(cozy, "Other"));
        var id = await UploadAsync(cozy, "plum.pdf", "x", orchard);
        var scope = $"io.cozy.files:GET,POST,PATCH,DELETE:{orchard}";

        (await cozy.AskAsync("GET", $"/files/{id}", scope)).Expect(200);
        (await cozy.AskAsync("PATCH", $"/files/{id}", scope, Cozy.Json("""{"data":{"attributes":{"name":"fig.pdf"}}}"""))).Expect(200);
        (await cozy.AskAsync("PATCH", $"/files/{id}", scope, Cozy.Json($$$"""{"data":{"attributes":{"dir_id":"{{{other}}}" } } }"""))).Expect(403);
        (await cozy.AskAsync("PUT", $"/files/{id}", scope, new StringContent("x"))).Expect(403);
        (await cozy.AskAsync("POST", $"/files/{id}/copy?DirID={other}", scope)).Expect(403);
        (await cozy.AskAsync("DELETE", $"/files/{id}", scope)).Expect(200);
        (await cozy.AskAsync("GET", $"/files/{id}", scope)).Expect(403);
        (await cozy.AskAsync("GET", "/files/trash", scope)).Expect(403);
        (await cozy.AskAsync("DELETE", "/files/trash", scope)).Expect(403);
        (await cozy.AskAsync("DELETE", "/files/versions", scope)).Expect(403);
        (await cozy.AskAsync("DELETE", $"/files/{orchard}", Scope)).Expect(200);
        (await cozy.AskAsync("GET", $"/files/{orchard}", scope)).Expect(403);
    }

    [Fact]
    public async Task References_are_kept_once_and_counted()
    {
        var cozy = await server.CreateInstanceAsync();
        var id = await UploadAsync(cozy, "plum.pdf", "x");
        const string Albums = """{"data":[{"type":"io.cozy.photos.albums","id":"a"},{"type":"io.cozy.photos.albums","id":"b"}]}""";
        await cozy.AskAsync("POST", $"/files/{id}/relationships/referenced_by", Scope, Cozy.Json(Albums));
        var added = (await cozy.AskAsync("POST", $"/files/{id}/relationships/referenced_by", Scope, Cozy.Json(Albums))).Expect(200);
        Assert.Equal(2, added.Json.GetProperty("meta").GetProperty("count").GetInt32());
        var removed = (await cozy.AskAsync("DELETE", $"/files/{id}/relationships/referenced_by", Scope,
            Cozy.Json("""{"data":{"type":"io.cozy.photos.albums","id":"a"}}"""))).Expect(200);
        Assert.Equal("""[{"id":"b","type":"io.cozy.photos.albums"}]""", removed.Data.GetRawText());
        (await cozy.AskAsync("POST", $"/files/{id}/relationships/not_synchronized_on", Scope, Cozy.Json(Albums))).Expect(404);
        (await cozy.AskAsync("POST", $"/files/{id}/relationships/referenced_by", Scope, Cozy.Json("{"))).Expect(400);
    }

    [Fact]
    public async Task Metadata_is_prepared_extracted_and_merged()
    {
        var cozy = await server.CreateInstanceAsync();
        var prepared = (await cozy.AskAsync("POST", "/files/upload/metadata", Scope,
            Cozy.Json("""{"data":{"type":"io.cozy.files.metadata","attributes":{"category":"harvest","carbonCopy":true}}}"""))).Expect(201);
        var secret = prepared.Data.GetProperty("id").GetString();
        var png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAADwAAAAoCAYAAACiu5n/AAAAAElFTkSuQmCC");

        var made = await cozy.AskAsync("POST", $"/files/?Type=file&Name=bed.png&MetadataID={secret}&CreatedAt=2020-01-02T03:04:05Z", Scope, new ByteArrayContent(png));

        Assert.Equal(
            """{"category":"harvest","datetime":"2020-01-02T03:04:05Z","height":40,"width":60,"extractor_version":2}""",
            made.Expect(201).Data.GetProperty("attributes").GetProperty("metadata").GetRawText());
        Assert.Contains("/thumbnails/", made.Data.GetProperty("links").GetProperty("tiny").GetString(), StringComparison.Ordinal);
        (await cozy.AskAsync("POST", "/files/?Type=file&Name=x&MetadataID=ffff", Scope, new ByteArrayContent([1]))).Expect(422);
        (await cozy.AskAsync("POST", "/files/?Type=file&Name=x&Metadata=%7Bnope", Scope, new ByteArrayContent([1]))).Expect(400);
    }

    private static string? Attribute(Answer answer, string name) => answer.Data.GetProperty("attributes").GetProperty(name).GetString();

    private static async Task<Answer> PatchAsync(Cozy cozy, string id, string attributes) =>
        (await cozy.AskAsync("PATCH", $"/files/{id}", Scope, Cozy.Json($$$"""{"data":{"attributes":{{{attributes}}}}}"""))).Expect(200);

    private static async Task<string> FolderAsync(Cozy cozy, string name, string parent = "") =>
        (await cozy.AskAsync("POST", $"/files/{parent}?Type=directory&Name={name}", Scope)).Expect(201).Data.GetProperty("id").GetString()!;

    private static async Task<string> UploadAsync(Cozy cozy, string name, string text, string parent = "") =>
        (await cozy.AskAsync("POST", $"/files/{parent}?Type=file&Name={name}", Scope, new StringContent(text)))
            .Expect(201).Data.GetProperty("id").GetString()!;
}
