using System.Text.Json;
using Xunit;

namespace Cozy.Web.Tests.Data;

public sealed class RelatedFilesTests(TestServer server)
{
    private const string Scope = "io.cozy.photos.albums io.cozy.files";
    private const string Album = "/data/io.cozy.photos.albums/album/relationships/references";

    [Fact]
    public async Task Files_are_added_to_a_document_listed_in_pages_and_taken_away()
    {
        var cozy = await server.CreateInstanceAsync();
        var ids = new List<string>();
        foreach (var name in new[] { "a.txt", "b.txt", "c.txt" })
            ids.Add(await UploadAsync(cozy, name));
        ids.Sort(StringComparer.Ordinal);
        Assert.Equal("""{"data":[],"links":{},"meta":{"count":0}}""", (await cozy.AskAsync("GET", Album, Scope)).Expect(200).Text);

        (await cozy.AskAsync("POST", Album, Scope, Body(ids))).Expect(204);
        (await cozy.AskAsync("POST", Album, Scope, Body(ids))).Expect(204);
        Assert.Equal(ids, Ids((await cozy.AskAsync("GET", Album, Scope)).Expect(200)));
        Assert.Equal(Enumerable.Reverse(ids), Ids((await cozy.AskAsync("GET", Album + "?sort=-id", Scope)).Expect(200)));
        Assert.Equal(3, Ids((await cozy.AskAsync("GET", Album + "?sort=datetime", Scope)).Expect(200)).Count);

        foreach (var sort in new[] { "", "&sort=-id", "&sort=datetime" })
        {
            var seen = new List<string>();
            for (var next = Album + "?page[limit]=2" + sort; next is not null;)
            {
                var page = (await cozy.AskAsync("GET", next, Scope)).Expect(200);
                Assert.Equal(3, page.Json.GetProperty("meta").GetProperty("count").GetInt32());
                seen.AddRange(Ids(page));
                next = page.Json.GetProperty("links").TryGetProperty("next", out var link) ? link.GetString()! + sort : null;
            }

            Assert.Equal(ids, seen.Order(StringComparer.Ordinal));
        }

        var included = (await cozy.AskAsync("GET", Album + "?include=files&page[limit]=1", Scope)).Expect(200);
        Assert.Equal("application/vnd.api+json", included.Headers["Content-Type"]);
        Assert.Equal("file", included.Json.GetProperty("included")[0].GetProperty("attributes").GetProperty("type").GetString());

        (await cozy.AskAsync("DELETE", Album, Scope, Body(ids[..2]))).Expect(204);
        Assert.Equal(ids[2..], Ids((await cozy.AskAsync("GET", Album, Scope)).Expect(200)));
    }

    [Fact]
    public async Task An_unknown_file_is_refused_and_nothing_is_changed()
    {
        var cozy = await server.CreateInstanceAsync();
        var id = await UploadAsync(cozy, "a.txt");
        foreach (var method in new[] { "POST", "DELETE" })
        {
            Assert.Equal(
                """{"error":"Not Found(404): file does not exist"}""",
                (await cozy.AskAsync(method, Album, Scope, Body([id, new string('f', 32)]))).Expect(404).Text);
        }

        Assert.Empty(Ids((await cozy.AskAsync("GET", Album, Scope)).Expect(200)));
        (await cozy.AskAsync("POST", Album, Scope, Cozy.Json("{"))).Expect(400);
        Assert.Contains("Invalid sort parameter", (await cozy.AskAsync("GET", Album + "?sort=colour", Scope)).Expect(400).Text, StringComparison.Ordinal);
        Assert.Contains("page limit is not a number", (await cozy.AskAsync("GET", Album + "?page[limit]=x", Scope)).Expect(400).Text, StringComparison.Ordinal);
        (await cozy.AskAsync("GET", Album + "?page[cursor]=x", Scope)).Expect(400);
    }

    [Theory]
    [InlineData("GET", "io.cozy.photos.albums:GET", 200)]
    [InlineData("GET", "io.cozy.photos.albums:GET:album", 200)]
    [InlineData("GET", "io.cozy.photos.albums:GET:other", 403)]
    [InlineData("GET", "io.cozy.files:GET", 200)]
    [InlineData("GET", "io.cozy.recipes", 403)]
    [InlineData("POST", "io.cozy.photos.albums:PUT", 204)]
    [InlineData("POST", "io.cozy.photos.albums:GET", 403)]
    [InlineData("POST", "io.cozy.files:PATCH", 204)]
    [InlineData("DELETE", "io.cozy.photos.albums:DELETE", 204)]
    [InlineData("DELETE", "io.cozy.photos.albums:PUT", 403)]
    [InlineData("GET", null, 401)]
    public async Task The_document_or_all_files_must_be_the_callers(string method, string? scope, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        var id = await UploadAsync(cozy, "a.txt");
        (await cozy.AskAsync(method, Album, scope, method == "GET" ? null : Body([id]))).Expect(status);
    }

    [Fact]
    public async Task Folders_that_a_client_leaves_out_are_kept_in_the_folders()
    {
        var cozy = await server.CreateInstanceAsync();
        const string client = "/data/io.cozy.oauth.clients/c1/relationships/not_synchronizing";
        var folder = (await cozy.AskAsync("POST", "/files/?Type=directory&Name=Elsewhere", Scope)).Expect(201).Data.GetProperty("id").GetString()!;
        (await cozy.AskAsync("POST", client, Scope, Body([folder]))).Expect(204);
        Assert.Equal([folder], Ids((await cozy.AskAsync("GET", client, Scope)).Expect(200)));
        (await cozy.AskAsync("POST", client, Scope, Body([await UploadAsync(cozy, "a.txt")]))).Expect(400);
        (await cozy.AskAsync("DELETE", client, Scope, Body([folder]))).Expect(204);
        Assert.Empty(Ids((await cozy.AskAsync("GET", client, Scope)).Expect(200)));
    }

    private static HttpContent Body(IEnumerable<string> ids) =>
        Cozy.Json(JsonSerializer.Serialize(new { data = ids.Select(id => new { type = "io.cozy.files", id }) }));

    private static List<string> Ids(Answer answer) =>
        [.. answer.Data.EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    private static async Task<string> UploadAsync(Cozy cozy, string name) =>
        (await cozy.AskAsync("POST", $"/files/?Type=file&Name={name}", Scope, new ByteArrayContent([1, 2, 3]))).Expect(201)
            .Data.GetProperty("id").GetString()!;
}
