using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cozy.Testing;
using Cozy.Web.Tests.Apps;
using Xunit;

namespace Cozy.Web.Tests.Permissions;

/// <summary>The owner shares an album by link, as the photos app does; friends have no account.</summary>
public sealed partial class AlbumTests(TestServer server, AppArchives archives)
{
    private const string Albums = "io.cozy.photos.albums";
    private const string Root = "io.cozy.files.root-dir";
    private const string App = """{"files":{"type":"io.cozy.files"},"albums":{"type":"io.cozy.photos.albums"}}""";

    [Fact]
    public async Task Friends_see_the_photos_of_the_album_with_their_thumbnails_and_nothing_else()
    {
        var album = await AlbumAsync();
        var (cozy, link) = (album.Cozy, await album.ShareAsync());
        foreach (var code in new[] { link.Code(), link.ShortCode() })
        {
            Assert.Equal("Holidays", (await cozy.AskWithAsync(code, "GET", $"/data/{Albums}/{album.Id}")).Expect(200).Json.GetProperty("name").GetString());
            var listed = (await cozy.AskWithAsync(code, "GET", $"/data/{Albums}/{album.Id}/relationships/references?include=files")).Expect(200).Json;
            Assert.Equal(album.Photos.Order(), listed.GetProperty("data").EnumerateArray().Select(photo => photo.Id()).Order());
            foreach (var photo in listed.GetProperty("included").EnumerateArray())
            {
                (await cozy.AskWithAsync(code, "GET", $"/files/{photo.Id()}")).Expect(200);
                var small = photo.GetProperty("links").GetProperty("small").GetString()!;
                Assert.Equal("image/jpeg", (await cozy.AskAsync("GET", small)).Expect(200).Headers["Content-Type"]);
                Assert.Equal(album.Bytes, (await cozy.AskWithAsync(code, "GET", $"/files/download/{photo.Id()}")).Expect(200).Bytes);
            }

            foreach (var (method, target) in new[]
            {
                ("GET", $"/files/{album.Private}"), ("GET", $"/files/download/{album.Private}"), ("GET", $"/files/{Root}"),
                ("GET", $"/data/{Albums}/{album.Other}"), ("GET", $"/data/{Albums}/{album.Other}/relationships/references"),
                ("POST", $"/data/{Albums}/{album.Id}/relationships/references"), ("DELETE", $"/data/{Albums}/{album.Id}/relationships/references"),
                ("GET", $"/data/{Albums}/_all_docs"), ("GET", "/data/io.cozy.files/_all_docs"), ("GET", "/settings/clients"),
                ("DELETE", $"/files/{album.Photos[0]}"), ("PATCH", $"/files/{album.Photos[0]}"), ("POST", $"/files/{Root}?Type=directory&Name=x"),
                ("POST", "/permissions?codes=more"), ("PATCH", $"/permissions/{link.Id()}"),
                ("POST", $"/files/{album.Private}/relationships/referenced_by"), ("DELETE", $"/files/{album.Photos[0]}/relationships/referenced_by"),
            })
            {
                var body = method is "POST" or "PATCH" or "DELETE"
                    ? Cozy.Json($$$"""{"data":{"type":"io.cozy.files","id":"{{{album.Private}}}","attributes":{"name":"mine","permissions":{"a":{"type":"io.cozy.files","verbs":["GET"]} } } } }""")
                    : null;
                var status = (await cozy.AskWithAsync(code, method, target, body)).Status;
                Assert.True(status is 403, $"{method} {target}: {status}");
            }
        }

        // A photo that is taken out of the album is the owner's alone again.
        var taken = Cozy.Json($$"""{"data":[{"type":"{{Albums}}","id":"{{album.Id}}"}]}""");
        (await cozy.AskAsync("DELETE", $"/files/{album.Photos[0]}/relationships/referenced_by", $"io.cozy.files {Albums}", taken)).Expect(200);
        (await cozy.AskWithAsync(link.Code(), "GET", $"/files/{album.Photos[0]}")).Expect(403);
        (await cozy.AskWithAsync(link.Code(), "GET", $"/files/{album.Photos[1]}")).Expect(200);
    }

    [Fact]
    public async Task Friends_add_photos_where_the_link_lets_them()
    {
        var album = await AlbumAsync();
        var folder = await Links.FolderAsync(album.Cozy, Root, "Holidays");
        var link = await album.ShareAsync(more: $$""","drop":{"type":"io.cozy.files","verbs":["POST"],"values":["{{folder}}"]}""");
        (await album.UploadAsync(link.Code(), folder, "from-a-friend.png")).Expect(201);
        (await album.UploadAsync(link.Code(), Root, "elsewhere.png")).Expect(403);
        (await album.Cozy.AskWithAsync(link.Code(), "GET", $"/files/{folder}")).Expect(403);
        (await album.UploadAsync((await album.ShareAsync()).Code(), folder, "x.png")).Expect(403);
    }

    [Fact]
    public async Task Strangers_with_a_guessed_a_revoked_or_an_ended_link_see_nothing()
    {
        var album = await AlbumAsync();
        var cozy = album.Cozy;
        var revoked = await album.ShareAsync();
        var ended = await album.ShareAsync(attributes: ""","expires_at":"2001-01-02T03:04:05Z" """);
        (await cozy.AskAsync("DELETE", $"/permissions/{revoked.Id()}", $"io.cozy.files {Albums}")).Expect(204);
        var guessed = new string([.. revoked.ShortCode().Reverse()]);
        foreach (var code in new[] { guessed, revoked.Code(), revoked.ShortCode(), ended.Code(), ended.ShortCode() })
        {
            foreach (var target in new[] { $"/data/{Albums}/{album.Id}", $"/files/{album.Photos[0]}", "/permissions/self" })
                Assert.InRange((await cozy.AskWithAsync(code, "GET", target)).Status, 400, 403);
            Assert.Contains("data-token=\"\"", (await OpenAsync(cozy, code)).Expect(200).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_page_of_the_app_asks_for_the_password_of_a_link()
    {
        var album = await AlbumAsync();
        var cozy = album.Cozy;
        var link = await album.ShareAsync(attributes: ""","password":"swordfish" """);
        var page = (await OpenAsync(cozy, link.ShortCode())).Expect(200);
        Assert.Contains("Shared with you", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-token", page.Text, StringComparison.Ordinal);
        Assert.Contains($"style-src 'self' http://{cozy.Instance.Domain};", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Contains($"href=\"http://{cozy.Instance.Domain}/assets/styles/pages", page.Text, StringComparison.Ordinal);
        var target = Redirect().Match(page.Text).Groups[1].Value;
        Assert.Equal($"http://mini.{cozy.Instance.Domain}/public?sharecode={link.ShortCode()}", target);

        Assert.Contains("This is not the right password", (await AnswerAsync(cozy, link, "tuna", target)).Expect(403).Text, StringComparison.Ordinal);
        (await AnswerAsync(cozy, link, "swordfish", "https://evil.example.net/")).Expect(400);
        var opened = (await AnswerAsync(cozy, link, "swordfish", target)).Expect(303);
        Assert.Equal(target, opened.Headers["Location"]);
        var cookie = opened.Headers["Set-Cookie"];
        Assert.Contains($"domain={cozy.Instance.Domain}", cookie, StringComparison.Ordinal);

        Assert.Contains($"data-token=\"{link.ShortCode()}\"", (await OpenAsync(cozy, link.ShortCode(), cookie.Split(';')[0])).Expect(200).Text, StringComparison.Ordinal);
        (await cozy.AskWithAsync(link.ShortCode(), "GET", $"/files/{album.Photos[0]}", cookie: cookie.Split(';')[0])).Expect(200);
        (await cozy.AskWithAsync(link.ShortCode(), "GET", $"/files/{album.Photos[0]}")).Expect(400);
    }

    [Fact]
    public async Task The_page_of_an_app_is_no_way_round_the_limit_on_guesses()
    {
        var album = await AlbumAsync();
        var statuses = new List<int>();
        for (var guess = 0; guess < 40; guess++)
            statuses.Add((await OpenAsync(album.Cozy, $"guess{guess:D7}", from: "203.0.113.77")).Status);
        Assert.Equal(30, statuses.Count(status => status == 200));
        Assert.Equal(10, statuses.Count(status => status == 429));
        (await OpenAsync(album.Cozy, "guess0000000", from: "203.0.113.78")).Expect(200);
    }

    private static Task<Answer> OpenAsync(Cozy cozy, string code, string? cookie = null, string? from = null) =>
        cozy.AskAsync("GET", $"/public?sharecode={code}", change: request =>
        {
            request.Headers.Host = $"mini.{cozy.Instance.Domain}";
            if (cookie is not null)
                request.Headers.Add("Cookie", cookie);
            if (from is not null)
                request.Headers.Add("X-Forwarded-For", from);
        });

    private static Task<Answer> AnswerAsync(Cozy cozy, JsonElement link, string password, string target) => cozy.AskAsync(
        "POST", "/auth/share-by-link/password", null,
        new FormUrlEncodedContent([new("perm_id", link.Id()), new("password", password), new("redirect", target)]),
        request => request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html")));

    private async Task<Album> AlbumAsync()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Passphrase = "correct horse", PublicName = "Alice" });
        (await cozy.AskAsync("POST", $"/apps/mini?Source={Uri.EscapeDataString(archives.OfferMini(permissions: App))}", "io.cozy.apps")).Expect(202);
        await AppTests.UntilAsync(cozy, "mini", state => state == "ready");
        var album = new Album(cozy);
        await album.FillAsync();
        return album;
    }

    [GeneratedRegex("name=\"redirect\" value=\"([^\"]+)\"")]
    private static partial Regex Redirect();

    private sealed class Album(Cozy cozy)
    {
        private const string Scope = $"io.cozy.files {Albums}";

        public Cozy Cozy { get; } = cozy;

        public byte[] Bytes { get; } = SampleImages.Png(60, 40);

        public string Id { get; private set; } = "";

        public string Other { get; private set; } = "";

        public string[] Photos { get; private set; } = [];

        public string Private { get; private set; } = "";

        public async Task FillAsync()
        {
            Photos = [await PhotoAsync("beach.png"), await PhotoAsync("harbour.png")];
            Private = await PhotoAsync("passport.png");
            Id = await NewAsync("Holidays", Photos);
            Other = await NewAsync("Papers", [Private]);
        }

        public Task<JsonElement> ShareAsync(string more = "", string attributes = "") => Links.CreateAsync(
            Cozy,
            $$"""{"type":"{{Albums}}","verbs":["GET"],"values":["{{Id}}"]},"files":{"type":"io.cozy.files","verbs":["GET"],"values":["{{Albums}}/{{Id}}"],"selector":"referenced_by"}{{more}}""",
            more: attributes, scope: Scope);

        public Task<Answer> UploadAsync(string token, string folder, string name) =>
            Cozy.AskWithAsync(token, "POST", $"/files/{folder}?Type=file&Name={name}", Image());

        private async Task<string> PhotoAsync(string name) =>
            (await Cozy.AskAsync("POST", $"/files/{Root}?Type=file&Name={name}", Scope, Image())).Expect(201).Data.Id();

        private ByteArrayContent Image() => new(Bytes) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };

        private async Task<string> NewAsync(string name, string[] photos)
        {
            var id = (await Cozy.AskAsync("POST", $"/data/{Albums}/", Scope, Cozy.Json($$"""{"name":"{{name}}"}"""))).Expect(201).Json.GetProperty("id").GetString()!;
            var references = $$"""{"data":[{"type":"{{Albums}}","id":"{{id}}"}]}""";
            foreach (var photo in photos)
                (await Cozy.AskAsync("POST", $"/files/{photo}/relationships/referenced_by", Scope, Cozy.Json(references))).Expect(200);
            return id;
        }
    }
}
