using System.IO.Compression;
using System.Text;
using Xunit;

namespace Cozy.Web.Tests.Files;

/// <summary>Queries, the feed, archives and shortcuts, against the recorded shapes.</summary>
public sealed class FileQueryTests(TestServer server)
{
    private const string Scope = "io.cozy.files";

    [Theory]
    [InlineData("""{"selector":{"name":"pear.txt"}}""", "no_index")]
    [InlineData("""{"selector":{}}""", "no_index")]
    [InlineData("""{}""", "missing_required_key")]
    [InlineData("""{"selector":{"name":{"$like":"a"}}}""", "invalid_operator")]
    public async Task A_query_that_cannot_be_answered_says_why(string body, string title)
    {
        var cozy = await server.CreateInstanceAsync();
        var answer = (await cozy.AskAsync("POST", "/files/_find", Scope, Cozy.Json(body))).Expect(400);
        Assert.Equal(title, answer.Json.GetProperty("errors")[0].GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_query_tells_paths_and_pages_by_bookmark()
    {
        var cozy = await server.CreateInstanceAsync();
        var folder = await FolderAsync(cozy, "Orchard");
        foreach (var name in (string[])["apple.txt", "pear.txt", "plum.txt"])
            await UploadAsync(cozy, name, name, folder);

        var first = (await cozy.AskAsync("POST", "/files/_find", Scope,
            Cozy.Json($$"""{"selector":{"dir_id":"{{folder}}","type":"file"},"limit":2,"execution_stats":true}"""))).Expect(200);
        Assert.Equal(
            ["/Orchard/apple.txt", "/Orchard/pear.txt"],
            first.Data.EnumerateArray().Select(file => file.GetProperty("attributes").GetProperty("path").GetString()));
        Assert.Equal(int.MaxValue - 1, first.Json.GetProperty("meta").GetProperty("count").GetInt32());
        Assert.Equal(2, first.Json.GetProperty("meta").GetProperty("execution_stats").GetProperty("results_returned").GetInt32());
        var next = first.Json.GetProperty("links").GetProperty("next").GetString()!;
        var second = (await cozy.AskAsync("POST", next, Scope,
            Cozy.Json($$"""{"selector":{"dir_id":"{{folder}}","type":"file"},"limit":2}"""))).Expect(200);
        Assert.Equal("plum.txt", Assert.Single(second.Data.EnumerateArray()).GetProperty("attributes").GetProperty("name").GetString());
        Assert.Equal(1, second.Json.GetProperty("meta").GetProperty("count").GetInt32());

        var fields = (await cozy.AskAsync("POST", "/files/_find", Scope,
            Cozy.Json("""{"selector":{"path":"/Orchard"},"fields":["_id","path","name"]}"""))).Expect(200);
        Assert.Equal(
            ["dir_id", "name", "path", "type"],
            fields.Data[0].GetProperty("attributes").EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task All_documents_come_by_keys_or_all_of_them()
    {
        var cozy = await server.CreateInstanceAsync();
        var id = await UploadAsync(cozy, "pear.txt", "pear");
        var some = (await cozy.AskAsync("POST", "/files/_all_docs", Scope,
            Cozy.Json($$"""{"keys":["{{id}}","ffff","_design/dir-children"]}"""))).Expect(200);
        Assert.Equal("/pear.txt", Assert.Single(some.Data.EnumerateArray()).GetProperty("attributes").GetProperty("path").GetString());
        Assert.Equal(1, some.Json.GetProperty("meta").GetProperty("count").GetInt32());
        var all = (await cozy.AskAsync("POST", "/files/_all_docs", Scope, Cozy.Json("{}"))).Expect(200);
        Assert.Equal(4, all.Json.GetProperty("meta").GetProperty("count").GetInt32());
        Assert.DoesNotContain("trash-dir", all.Data.GetRawText(), StringComparison.Ordinal);
        (await cozy.AskAsync("POST", "/files/_all_docs", Scope, Cozy.Json("x"))).Expect(400);
    }

    [Theory]
    [InlineData("since=garbage", "Malformed sequence supplied in 'since' parameter.")]
    [InlineData("limit=abc", "Invalid limit value 'abc'")]
    [InlineData("feed=longpoll", "Unsupported query parameter 'feed'")]
    [InlineData("colour=blue", "Unsupported query parameter 'colour'")]
    [InlineData("skip_trashed=true", "Invalid options: include_docs should be set to true")]
    [InlineData("include_file_path=true", "Invalid options: include_docs should be set to true")]
    public async Task The_feed_refuses_what_it_does_not_know(string query, string detail)
    {
        var cozy = await server.CreateInstanceAsync();
        var answer = (await cozy.AskAsync("GET", $"/files/_changes?{query}", Scope)).Expect(400);
        Assert.Equal(detail, answer.Json.GetProperty("errors")[0].GetProperty("detail").GetString());
    }

    [Fact]
    public async Task The_feed_gives_desktop_clients_paths_and_leaves_out_what_they_do_not_want()
    {
        var cozy = await server.CreateInstanceAsync();
        var folder = await FolderAsync(cozy, "Folder");
        var (kept, trashed, gone) =
            (await UploadAsync(cozy, "kept", "1", folder), await UploadAsync(cozy, "trashed", "2"), await UploadAsync(cozy, "gone", "3"));
        await cozy.AskAsync("DELETE", $"/files/{trashed}", Scope);
        await cozy.AskAsync("PATCH", $"/files/{gone}", Scope, Cozy.Json("""{"data":{"attributes":{"permanent_delete":true}}}"""));

        var all = (await cozy.AskAsync("GET", "/files/_changes?include_docs=true&include_file_path=true", Scope)).Expect(200).Json;
        var results = all.GetProperty("results").EnumerateArray().ToDictionary(change => change.GetProperty("id").GetString()!);
        Assert.Equal("/Folder/kept", results[kept].GetProperty("doc").GetProperty("path").GetString());
        Assert.True(results[gone].GetProperty("deleted").GetBoolean());
        Assert.False(results[kept].GetProperty("doc").TryGetProperty("internal_vfs_id", out _));
        Assert.Equal(0, all.GetProperty("pending").GetInt32());

        var some = (await cozy.AskAsync(
            "GET", "/files/_changes?include_docs=true&skip_deleted=true&skip_trashed=true&fields=name", Scope)).Expect(200).Text;
        Assert.Contains(kept, some, StringComparison.Ordinal);
        Assert.DoesNotContain(trashed, some, StringComparison.Ordinal);
        Assert.DoesNotContain(gone, some, StringComparison.Ordinal);
        Assert.DoesNotContain("md5sum", some, StringComparison.Ordinal);

        var page = (await cozy.AskAsync("GET", "/files/_changes?limit=2", Scope)).Expect(200).Json;
        Assert.Equal(System.Text.Json.JsonValueKind.Null, page.GetProperty("results")[0].GetProperty("doc").ValueKind);
        Assert.NotEqual(0, page.GetProperty("pending").GetInt32());
    }

    [Fact]
    public async Task An_archive_streams_files_and_folders_under_their_names()
    {
        var cozy = await server.CreateInstanceAsync();
        var folder = await FolderAsync(cozy, "L%C3%A9gumes");
        await UploadAsync(cozy, "carotte.txt", "orange", folder);
        await FolderAsync(cozy, "vide", folder);
        var id = await UploadAsync(cozy, "note.txt", new string('n', 100_000));

        var made = (await cozy.AskAsync("POST", "/files/archive", Scope,
            Cozy.Json($$"""{"data":{"attributes":{"name":"winter","ids":["{{id}}"],"files":["/Légumes"]} } }"""))).Expect(200);
        var link = made.Json.GetProperty("links").GetProperty("related").GetString()!;
        Assert.EndsWith("/winter.zip", link, StringComparison.Ordinal);
        var got = (await cozy.AskAsync("GET", link)).Expect(200);

        Assert.Equal("application/zip", got.Headers["Content-Type"]);
        Assert.Equal("attachment; filename=\"winter.zip\"", got.Headers["Content-Disposition"]);
        using var archive = new ZipArchive(new MemoryStream(got.Bytes));
        Assert.Equal(
            ["winter/Légumes/", "winter/Légumes/carotte.txt", "winter/Légumes/vide/", "winter/note.txt"],
            archive.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        using var reader = new StreamReader(archive.GetEntry("winter/note.txt")!.Open());
        Assert.Equal(new string('n', 100_000), await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.True(got.Bytes.Length < 50_000, "text is compressed");
        (await cozy.AskAsync("GET", "/files/archive/0000000000000000/winter.zip")).Expect(400);
    }

    [Theory]
    [InlineData("""{"name":"none","ids":[],"files":[]}""", 400)]
    [InlineData("""{}""", 400)]
    [InlineData("""{"name":"u","ids":["ffffffffffffffffffffffffffffffff"]}""", 404)]
    [InlineData("""{"name":"u","files":["/none"]}""", 404)]
    [InlineData("""{"name":"u","files":["relative"]}""", 400)]
    [InlineData("""{"name":"a/b","ids":["io.cozy.files.root-dir"]}""", 400)]
    [InlineData("""{"name":"p","pages":[{"id":"x","page":1}]}""", 404)]
    public async Task An_archive_of_nothing_is_refused(string attributes, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("POST", "/files/archive", Scope, Cozy.Json("{\"data\":{\"attributes\":" + attributes + "}}"))).Expect(status);
    }

    [Fact]
    public async Task A_shortcut_leads_to_its_address()
    {
        var cozy = await server.CreateInstanceAsync();
        var made = (await cozy.AskAsync("POST", "/shortcuts", Scope, Cozy.Json("""
            {"data":{"attributes":{"name":"river","url":"https://example.org/river?x=1#top","metadata":{"target":{"app":"maps"}}}}}
            """))).Expect(201);
        var attributes = made.Data.GetProperty("attributes");
        Assert.Equal(("river.url", "59", "shortcut"), (
            attributes.GetProperty("name").GetString(), attributes.GetProperty("size").GetString(), attributes.GetProperty("class").GetString()));
        var id = made.Data.GetProperty("id").GetString();
        Assert.Equal(
            "[InternetShortcut]\r\nURL=https://example.org/river?x=1#top\r\n",
            (await cozy.AskAsync("GET", $"/files/download/{id}", Scope)).Expect(200).Text);
        Assert.Equal("https://example.org/river?x=1#top", (await cozy.AskAsync("GET", $"/shortcuts/{id}", Scope)).Expect(303).Headers["Location"]);
        var told = (await cozy.AskAsync("GET", $"/shortcuts/{id}", Scope, null,
            request => request.Headers.Accept.ParseAdd("application/json"))).Expect(200);
        Assert.Equal("https://example.org/river?x=1#top", told.Data.GetProperty("attributes").GetProperty("url").GetString());
        (await cozy.AskAsync("GET", $"/shortcuts/{await UploadAsync(cozy, "plain.txt", "no")}", Scope)).Expect(400);
    }

    [Theory]
    [InlineData("""{"url":"https://example.org/"}""", 422)]
    [InlineData("""{"name":"a.url"}""", 422)]
    [InlineData("""{"name":"a/b.url","url":"https://example.org/"}""", 422)]
    [InlineData("""{"name":"a.url","url":"https://example.org/\r\nX=1"}""", 422)]
    [InlineData("""{"name":"a.url","url":"https://example.org/","dir_id":"io.cozy.files.trash-dir"}""", 404)]
    public async Task A_shortcut_that_cannot_be_is_refused(string attributes, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("POST", "/shortcuts", Scope, Cozy.Json("{\"data\":{\"attributes\":" + attributes + "}}"))).Expect(status);
    }

    [Fact]
    public async Task A_shortcut_to_a_script_is_not_followed()
    {
        var cozy = await server.CreateInstanceAsync();
        var made = (await cozy.AskAsync("POST", "/shortcuts", Scope,
            Cozy.Json("""{"data":{"attributes":{"name":"js","url":"JavaScript:alert(1)"}}}"""))).Expect(201);
        (await cozy.AskAsync("GET", $"/shortcuts/{made.Data.GetProperty("id").GetString()}", Scope)).Expect(400);
    }

    [Theory]
    [InlineData("photo.jpg", "image/jpeg")]
    [InlineData("photo.heic", "image/heic")]
    [InlineData("picture.png", "image/png")]
    [InlineData("picture.webp", "image/webp")]
    [InlineData("song.mp3", "audio/mpeg")]
    [InlineData("song.m4a", "audio/x-m4a")]
    [InlineData("song.ogg", "audio/ogg")]
    [InlineData("song.flac", "audio/flac")]
    [InlineData("film.mp4", "video/mp4")]
    [InlineData("link.url", "application/internet-shortcut")]
    public async Task A_hostile_content_of_any_kind_is_kept_and_hurts_nobody(string name, string type)
    {
        var cozy = await server.CreateInstanceAsync();
        var random = new Random(name.GetHashCode(StringComparison.Ordinal));
        foreach (var seed in Seeds())
        {
            // The head of a real file, then noise, and lengths that lie.
            var bytes = new byte[4096];
            random.NextBytes(bytes);
            seed.CopyTo(bytes, 0);
            for (var at = seed.Length; at + 4 < 256; at += 16)
                new byte[] { 0x7F, 0xFF, 0xFF, 0xFF }.CopyTo(bytes, at);
            var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new(type);
            (await cozy.AskAsync("POST", $"/files/?Type=file&Name={Guid.NewGuid():N}-{name}", Scope, content)).Expect(201);
        }
    }

    private static IEnumerable<byte[]> Seeds() =>
    [
        [], [0xFF, 0xD8, 0xFF, 0xE1, 0xFF, 0xFF, .. "Exif\0\0MM\0*\0\0\0\b"u8, 0xFF, 0xFF],
        [0x89, .. "PNG\r\n\x1a\n\0\0\0\rIHDR"u8, 0xFF, 0xFF, 0xFF, 0xFF], [.. "RIFF\xFF\xFF"u8, .. "  WEBPVP8X"u8],
        [.. "ID3"u8, 4, 0, 0x80, 0x7F, 0x7F, 0x7F, 0x7F, .. "TIT2"u8], [.. "fLaC"u8, 4, 0xFF, 0xFF, 0xFF], [.. "OggS"u8, 0, 2],
        [0, 0, 0, 0x18, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1"u8], [0, 0, 0, 0x18, .. "ftypM4A "u8, .. "    moovmvhd"u8, 1],
        [.. "[InternetShortcut]\nURL="u8],
    ];

    private static async Task<string> FolderAsync(Cozy cozy, string name, string parent = "") =>
        (await cozy.AskAsync("POST", $"/files/{parent}?Type=directory&Name={name}", Scope)).Expect(201).Data.GetProperty("id").GetString()!;

    private static async Task<string> UploadAsync(Cozy cozy, string name, string text, string parent = "") =>
        (await cozy.AskAsync("POST", $"/files/{parent}?Type=file&Name={name}", Scope, new StringContent(text, Encoding.UTF8)))
            .Expect(201).Data.GetProperty("id").GetString()!;
}
