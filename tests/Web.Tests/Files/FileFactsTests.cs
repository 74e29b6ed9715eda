using System.Net.Http.Headers;
using System.Text.Json;
using Cozy.Grains.OAuth;
using Cozy.Testing;
using Cozy.Web.Auth.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Files;

/// <summary>What documents of files come to say: who made them, when, under which name.</summary>
public sealed class FileFactsTests(TestServer server)
{
    private const string Scope = "io.cozy.files";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("github.com/cozy-labs/cozy-desktop", "cozy-desktop")]
    [InlineData("registry://drive/stable", "drive")]
    [InlineData("example.net/tool", null)]
    public async Task A_client_is_named_by_what_it_is_a_face_of(string software, string? slug)
    {
        var cozy = await server.CreateInstanceAsync();
        var (id, token) = await ClientAsync(cozy, software);

        var made = (await cozy.AskAsync("POST", "/files/?Type=file&Name=a", null, new ByteArrayContent([1]),
            request => request.Headers.Authorization = token)).Expect(201);

        var facts = made.Data.GetProperty("attributes").GetProperty("cozyMetadata");
        if (slug is null)
        {
            Assert.False(facts.TryGetProperty("createdByApp", out _));
            Assert.False(facts.TryGetProperty("uploadedBy", out _));
            return;
        }

        Assert.Equal((slug, "3.4.5"), (facts.GetProperty("createdByApp").GetString(), facts.GetProperty("createdByAppVersion").GetString()));
        Assert.Equal(slug, Assert.Single(facts.GetProperty("updatedByApps").EnumerateArray()).GetProperty("slug").GetString());
        Assert.Equal(
            $$$"""{"slug":"{{{slug}}}","version":"3.4.5","oauthClient":{"id":"{{{id}}}","kind":"desktop","name":"Desk"}}""",
            facts.GetProperty("uploadedBy").GetRawText());
    }

    [Theory]
    [InlineData("/files/_changes?include_docs=true")]
    [InlineData("/data/io.cozy.files/_changes?include_docs=true")]
    public async Task What_a_client_leaves_out_looks_deleted_to_it_alone(string feed)
    {
        var cozy = await server.CreateInstanceAsync();
        var ((id, token), (_, other)) = (await ClientAsync(cozy, "desk"), await ClientAsync(cozy, "lap"));
        var folder = (await cozy.AskAsync("POST", "/files/?Type=directory&Name=Videos", Scope)).Expect(201).Data.GetProperty("id").GetString()!;
        var file = (await cozy.AskAsync("POST", $"/files/{folder}?Type=file&Name=a", Scope, new ByteArrayContent([1]))).Expect(201).Data.GetProperty("id").GetString()!;
        (await cozy.AskAsync("POST", $"/files/{folder}/relationships/not_synchronized_on", Scope,
            Cozy.Json($$$"""{"data":[{"type":"io.cozy.oauth.clients","id":"{{{id}}}"}]}"""))).Expect(200);

        foreach (var (shown, isLeftOut) in new[] { (token, true), (other, false) })
        {
            var changes = (await cozy.AskAsync("GET", feed, null, null, request => request.Headers.Authorization = shown)).Expect(200)
                .Json.GetProperty("results").EnumerateArray().ToDictionary(change => change.GetProperty("id").GetString()!);
            foreach (var change in new[] { changes[folder], changes[file] })
            {
                Assert.Equal(isLeftOut, change.TryGetProperty("deleted", out var deleted) && deleted.GetBoolean());
                Assert.Equal(isLeftOut, change.GetProperty("doc").TryGetProperty("_deleted", out _));
                Assert.Equal(!isLeftOut, change.GetProperty("doc").TryGetProperty("name", out _));
            }

            Assert.False(changes["io.cozy.files.root-dir"].TryGetProperty("deleted", out _));
        }
    }

    [Fact]
    public async Task A_photo_was_made_when_it_was_taken()
    {
        var cozy = await server.CreateInstanceAsync();
        var made = (await cozy.AskAsync(
            "POST", "/files/?Type=file&Name=a.jpg&CreatedAt=2022-01-01T00:00:00Z&UpdatedAt=2018-01-01T00:00:00Z", Scope, Photo("2019:05:06 07:08:09"))).Expect(201);
        Assert.Equal(("2019-05-06T07:08:09Z", "2019-05-06T07:08:09Z"), Dates(made));

        var id = made.Data.GetProperty("id").GetString();
        var changed = (await cozy.AskAsync("PUT", $"/files/{id}?UpdatedAt=2023-01-01T00:00:00Z", Scope, Photo("2020:05:06 07:08:09"))).Expect(200);
        Assert.Equal(("2020-05-06T07:08:09Z", "2023-01-01T00:00:00Z"), Dates(changed));

        var unset = (await cozy.AskAsync("POST", "/files/?Type=file&Name=b.jpg&CreatedAt=2022-01-01T00:00:00Z", Scope, Photo("1980:01:01 00:00:00"))).Expect(201);
        Assert.Equal("2022-01-01T00:00:00Z", Dates(unset).Created);
    }

    [Fact]
    public async Task What_is_only_said_to_be_made_in_the_past_was_changed_now()
    {
        var cozy = await server.CreateInstanceAsync();
        var before = TimeProvider.System.GetUtcNow();
        foreach (var type in (string[])["file", "directory"])
        {
            var made = (await cozy.AskAsync("POST", $"/files/?Type={type}&Name={type}&CreatedAt=2019-02-03T04:05:06Z", Scope)).Expect(201);
            Assert.Equal("2019-02-03T04:05:06Z", Dates(made).Created);
            Assert.True(made.Data.GetProperty("attributes").GetProperty("updated_at").GetDateTimeOffset() >= before);
        }
    }

    [Fact]
    public async Task The_same_content_once_more_makes_no_version()
    {
        var cozy = await server.CreateInstanceAsync();
        var id = await UploadAsync(cozy, "poem.txt", "one");
        foreach (var content in (string[])["one", "one"])
        {
            var same = (await cozy.AskAsync("PUT", $"/files/{id}", Scope, new StringContent(content))).Expect(200);
            Assert.False(same.Json.TryGetProperty("included", out _));
        }

        Assert.Equal("one", (await cozy.AskAsync("GET", $"/files/download/{id}", Scope)).Expect(200).Text);
        var other = (await cozy.AskAsync("PUT", $"/files/{id}", Scope, new StringContent("two"))).Expect(200);
        Assert.Single(other.Json.GetProperty("included").EnumerateArray());
    }

    [Fact]
    public async Task A_former_content_is_saved_under_the_name_in_its_link()
    {
        var cozy = await server.CreateInstanceAsync();
        var id = await UploadAsync(cozy, "poem.txt", "one");
        var changed = (await cozy.AskAsync("PUT", $"/files/{id}", Scope, new StringContent("two"))).Expect(200);
        var version = changed.Json.GetProperty("included")[0].GetProperty("id").GetString()!;

        // Clients escape the name for the address, and all of it once more for the query.
        foreach (var name in (string[])["poem%2520of%2520old.txt", "poem%20of%20old.txt"])
        {
            var link = await LinkAsync(cozy, $"VersionId={version}&Filename={name}");
            Assert.EndsWith("/poem%20of%20old.txt", link, StringComparison.Ordinal);
            var got = (await cozy.AskAsync("GET", link + "?Dl=1")).Expect(200);
            Assert.Equal("one", got.Text);
            Assert.Contains("poem%20of%20old.txt", got.Headers["Content-Disposition"], StringComparison.Ordinal);
        }

        var present = (await cozy.AskAsync("GET", await LinkAsync(cozy, $"Id={id}&Filename=other.txt"))).Expect(200);
        Assert.Equal("inline; filename=\"poem.txt\"", present.Headers["Content-Disposition"]);
    }

    [Fact]
    public async Task What_somebody_shared_is_new_until_it_is_opened()
    {
        var cozy = await server.CreateInstanceAsync();
        var made = (await cozy.AskAsync("POST", "/shortcuts", Scope, Cozy.Json("""
            {"data":{"attributes":{"name":"river","url":"https://example.org/","metadata":{"sharing":{"status":"new"},"target":{"app":"maps"}}}}}
            """))).Expect(201);
        var id = made.Data.GetProperty("id").GetString();
        var revision = "";
        for (var time = 0; time < 2; time++)
        {
            var shown = (await cozy.AskAsync("GET", $"/shortcuts/{id}", Scope, null, request => request.Headers.Accept.ParseAdd("application/json"))).Expect(200);
            var metadata = shown.Data.GetProperty("attributes").GetProperty("metadata");
            Assert.Equal("seen", metadata.GetProperty("sharing").GetProperty("status").GetString());
            Assert.Equal("maps", metadata.GetProperty("target").GetProperty("app").GetString());
            var seen = shown.Data.GetProperty("meta").GetProperty("rev").GetString()!;
            Assert.True(time == 0 || seen == revision);
            revision = seen;
        }

        Assert.Equal(revision, (await cozy.AskAsync("GET", $"/files/{id}", Scope)).Expect(200).Data.GetProperty("meta").GetProperty("rev").GetString());
    }

    [Fact]
    public async Task To_take_a_reference_away_is_to_delete()
    {
        var cozy = await server.CreateInstanceAsync();
        var id = await UploadAsync(cozy, "plum.txt", "x");
        var address = $"/files/{id}/relationships/referenced_by";
        const string Album = """{"data":[{"type":"io.cozy.photos.albums","id":"a"}]}""";
        (await cozy.AskAsync("POST", address, "io.cozy.files:PATCH", Cozy.Json(Album))).Expect(200);
        (await cozy.AskAsync("DELETE", address, "io.cozy.files:PATCH", Cozy.Json(Album))).Expect(403);
        Assert.Equal("[]", (await cozy.AskAsync("DELETE", address, "io.cozy.files:DELETE", Cozy.Json(Album))).Expect(200).Data.GetRawText());
    }

    [Fact]
    public async Task Who_shows_a_photo_hears_of_its_thumbnails()
    {
        var cozy = await server.CreateInstanceAsync();
        using var client = await RealtimeClient.ConnectAsync(
            server.Address, cozy.Instance.Domain, cozy.Token(Scope), cancellationToken: Cancellation);
        await client.SubscribeAsync("io.cozy.files.thumbnails", cancellationToken: Cancellation);
        var made = (await cozy.AskAsync("POST", "/files/?Type=file&Name=a.png", Scope, new ByteArrayContent(SampleImages.Png(20, 10)))).Expect(201);
        var id = made.Data.GetProperty("id").GetString();
        foreach (var format in (string[])["large", "medium", "small", "tiny"])
        {
            var told = (await client.NextAsync(Cancellation))!.Value;
            Assert.Equal(
                ("CREATED", "io.cozy.files.thumbnails", id, format),
                (told.GetProperty("event").GetString(), Payload(told, "type").GetString(), Payload(told, "id").GetString(),
                    Payload(told, "doc").GetProperty("format").GetString()));
        }
    }

    private async Task<(string Id, AuthenticationHeaderValue Token)> ClientAsync(Cozy cozy, string software)
    {
        var clients = server.Services.GetRequiredService<IGrainFactory>().GetGrain<IOAuthGrain>(cozy.Instance.Id);
        var client = await clients.RegisterAsync(
            new OAuthClient
            {
                Id = Guid.NewGuid().ToString("N"),
                Secret = "s",
                RedirectUris = ["https://desk.example.net/"],
                Name = "Desk",
                Kind = "desktop",
                SoftwareId = software,
                SoftwareVersion = "3.4.5",
            },
            isRetry: false);
        await clients.AcceptAsync(client.Id, null);
        var token = new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.Access, client.Id, Scope);
        return (client.Id, new AuthenticationHeaderValue("Bearer", token));
    }

    private static JsonElement Payload(JsonElement told, string name) => told.GetProperty("payload").GetProperty(name);

    private static (string? Created, string? Updated) Dates(Answer answer)
    {
        var attributes = answer.Data.GetProperty("attributes");
        return (attributes.GetProperty("created_at").GetString(), attributes.GetProperty("updated_at").GetString());
    }

    /// <summary>The beginning of a JPEG with the time it was taken.</summary>
    private static ByteArrayContent Photo(string time)
    {
        byte[] exif =
        [
            .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x32, 0, 2, 0, 0, 0, 20, 0, 0, 0, 26, 0, 0, 0, 0,
            .. System.Text.Encoding.ASCII.GetBytes(time), 0,
        ];
        var content = new ByteArrayContent([0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, 0xFF, 0xD9]);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        return content;
    }

    private static async Task<string> LinkAsync(Cozy cozy, string query) =>
        (await cozy.AskAsync("POST", $"/files/downloads?{query}", Scope)).Expect(200).Json.GetProperty("links").GetProperty("related").GetString()!;

    private static async Task<string> UploadAsync(Cozy cozy, string name, string text) =>
        (await cozy.AskAsync("POST", $"/files/?Type=file&Name={name}", Scope, new StringContent(text))).Expect(201).Data.GetProperty("id").GetString()!;
}
