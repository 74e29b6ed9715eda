using System.Text.Json;
using Cozy.Web.Auth.Tokens;
using Xunit;

namespace Cozy.Web.Tests.Apps;

public sealed class AppTests(TestServer server, AppArchives archives)
{
    private const string Scope = "io.cozy.apps io.cozy.konnectors";

    [Fact]
    public async Task An_app_is_installed_from_an_archive_listed_shown_and_removed()
    {
        var cozy = await server.CreateInstanceAsync();
        await InstallAsync(cozy, archives.OfferMini());

        var app = (await cozy.AskAsync("GET", "/apps/mini", Scope)).Expect(200).Data;
        Assert.Equal("io.cozy.apps/mini", app.GetProperty("id").GetString());
        Assert.Equal($"http://mini.{cozy.Instance.Domain}/", app.GetProperty("links").GetProperty("related").GetString());
        Assert.Equal("/apps/mini/icon/1.0.0", app.GetProperty("links").GetProperty("icon").GetString());
        var attributes = app.GetProperty("attributes");
        Assert.Equal("ready", attributes.GetProperty("state").GetString());
        Assert.Equal(64, attributes.GetProperty("checksum").GetString()!.Length);
        Assert.Equal(JsonValueKind.Null, attributes.GetProperty("intents").ValueKind);

        var list = (await cozy.AskAsync("GET", "/apps/", Scope)).Expect(200).Json;
        Assert.Equal(1, list.GetProperty("meta").GetProperty("count").GetInt32());
        Assert.Contains("<svg", (await cozy.AskAsync("GET", "/apps/mini/icon/1.0.0", Scope)).Expect(200).Text, StringComparison.Ordinal);
        (await cozy.AskAsync("GET", "/apps/mini/icon")).Expect(401);

        // Kept for a year: the page of another origin must not be given the answer that this one got.
        foreach (var origin in new[] { null, "http://elsewhere.example" })
        {
            var icon = (await cozy.AskAsync("GET", "/apps/mini/icon/1.0.0", Scope, change: request =>
            {
                request.Headers.Add("Accept-Encoding", "br");
                if (origin is not null)
                    request.Headers.Add("Origin", origin);
            })).Expect(200);
            Assert.Equal("private, max-age=31536000, immutable", string.Join(", ", icon.Headers["Cache-Control"].Split(", ").OrderDescending(StringComparer.Ordinal)));
            Assert.Contains("Origin", icon.Headers["Vary"], StringComparison.Ordinal);
            Assert.Equal(origin is not null, icon.Headers.ContainsKey("Access-Control-Allow-Origin"));
        }

        var token = new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.App, "mini", null);
        (await AskWithAsync(cozy, token, "GET", "/files/io.cozy.files.root-dir")).Expect(200);
        (await cozy.AskAsync("DELETE", "/apps/mini", Scope)).Expect(200);
        (await cozy.AskAsync("GET", "/apps/mini", Scope)).Expect(404);
        Assert.NotEqual(200, (await AskWithAsync(cozy, token, "GET", "/files/io.cozy.files.root-dir")).Status);
    }

    [Fact]
    public async Task The_list_has_pages()
    {
        var cozy = await server.CreateInstanceAsync();
        foreach (var slug in new[] { "alpha", "beta", "gamma" })
            await InstallAsync(cozy, archives.OfferMini(), slug);
        var first = (await cozy.AskAsync("GET", "/apps/?limit=2", Scope)).Expect(200).Json;
        Assert.Equal(2, first.GetProperty("data").GetArrayLength());
        var next = new Uri(first.GetProperty("links").GetProperty("next").GetString()!).PathAndQuery;
        var last = (await cozy.AskAsync("GET", next, Scope)).Expect(200).Json;
        Assert.Equal("io.cozy.apps/gamma", Assert.Single(last.GetProperty("data").EnumerateArray()).GetProperty("id").GetString());
        (await cozy.AskAsync("GET", "/apps/?limit=x", Scope)).Expect(422);
    }

    [Fact]
    public async Task Progress_comes_as_events()
    {
        var cozy = await server.CreateInstanceAsync();
        var target = $"/apps/mini?Source={Uri.EscapeDataString(archives.OfferMini())}";
        static void Stream(HttpRequestMessage request) => request.Headers.Add("Accept", "text/event-stream");
        var events = (await cozy.AskAsync("POST", target, Scope, change: Stream)).Expect(200);
        Assert.StartsWith("text/event-stream", events.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains("\"state\":\"installing\"", events.Text, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"ready\"", events.Text, StringComparison.Ordinal);
        Assert.Equal(
            "event: error\r\ndata: \"Application with same slug already exists\"\r\n\r\n",
            (await cozy.AskAsync("POST", target, Scope, change: Stream)).Text);
    }

    [Fact]
    public async Task An_update_that_asks_for_more_waits_for_the_owner()
    {
        var cozy = await server.CreateInstanceAsync();
        await InstallAsync(cozy, archives.OfferMini());
        var wider = archives.OfferMini("2.0.0", """{"files":{"type":"io.cozy.files"},"contacts":{"type":"io.cozy.contacts"}}""");
        var target = $"/apps/mini?Source={Uri.EscapeDataString(wider)}";

        var waiting = await UpdateAsync(cozy, target);
        Assert.Equal("1.0.0", waiting.GetProperty("version").GetString());
        Assert.Equal("2.0.0", waiting.GetProperty("available_version").GetString());
        var updated = await UpdateAsync(cozy, target + "&PermissionsAcked=true");
        Assert.Equal("2.0.0", updated.GetProperty("version").GetString());
        Assert.False(updated.TryGetProperty("available_version", out _));
        (await cozy.AskAsync("PUT", "/apps/ghost", Scope)).Expect(404);
    }

    [Theory]
    [InlineData("gopher://x/y", 422)]
    [InlineData("%%", 422)]
    [InlineData("http://127.0.0.1:1/x.tar.gz", 422)]
    [InlineData("file:///tmp", 422)]
    [InlineData("registry://mini/stable", 404)]
    [InlineData("$site/none.tar.gz", 404)]
    public async Task A_source_that_leads_nowhere_is_refused_and_nothing_stays(string source, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        var address = source.Replace("$site", archives.Address, StringComparison.Ordinal);
        (await cozy.AskAsync("POST", $"/apps/mini?Source={Uri.EscapeDataString(address)}", Scope)).Expect(status);
        (await cozy.AskAsync("GET", "/apps/mini", Scope)).Expect(404);
    }

    [Theory]
    [InlineData("{", "no JSON")]
    [InlineData("""{"name":1}""", "name is not a text")]
    [InlineData("""{"routes":{"x":{"folder":"/"}}}""", "routes.x does not begin")]
    [InlineData("""{"routes":{"/":{"index":"a"}}}""", "routes./.folder is missing")]
    [InlineData("""{"intents":[{"action":"PICK","type":"x"}]}""", "intents[0].type is not a list")]
    [InlineData("""{"permissions":{"a":{"verbs":["EAT"]}}}""", "permissions")]
    [InlineData("""{"services":{"s":{"file":1}}}""", "services.s.file is not a text")]
    [InlineData("""{"notifications":{"n":{"stateful":"yes"}}}""", "notifications.n.stateful is not a boolean")]
    [InlineData("""{"notifications":{"n":{"templates":"x"}}}""", "notifications.n.templates is not a map")]
    [InlineData("""{"locales":{"fr":"Bonjour"}}""", "locales.fr is not an object")]
    [InlineData("""{"icon":{}}""", "icon is not a text")]
    [InlineData("""{"folders":{"defaultDir":"/"}}""", "folders is not a list")]
    [InlineData("""{"folders":[{"defaultDir":1}]}""", "folders[0].defaultDir is not a text")]
    public async Task A_wrong_manifest_is_refused_by_the_name_of_what_is_wrong(string manifest, string why)
    {
        var cozy = await server.CreateInstanceAsync();
        var source = archives.Offer(("manifest.webapp", manifest));
        var answer = (await cozy.AskAsync("POST", $"/apps/mini?Source={Uri.EscapeDataString(source)}", Scope)).Expect(400);
        Assert.Contains(why, answer.Json.GetProperty("errors")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        (await cozy.AskAsync("GET", "/apps/mini", Scope)).Expect(404);
    }

    [Fact]
    public async Task Only_the_operator_and_the_store_may_install()
    {
        var cozy = await server.CreateInstanceAsync();
        var target = $"/apps/mini?Source={Uri.EscapeDataString(archives.OfferMini())}";
        (await cozy.AskAsync("POST", target)).Expect(401);
        (await cozy.AskAsync("POST", target, "io.cozy.files")).Expect(403);
        (await cozy.AskAsync("POST", target, "io.cozy.apps:GET")).Expect(403);
        foreach (var slug in new[] { "drive", "store" })
        {
            var token = await Permissions.Links.InstallAsync(server, cozy, slug, "io.cozy.apps");
            (await AskWithAsync(cozy, token, "POST", target)).Expect(403);
            (await AskWithAsync(cozy, token, "POST", "/apps/mini?Source=registry://mini")).Expect(slug == "store" ? 404 : 403);
        }

        (await cozy.AskAsync("POST", "/apps/Mini_X", Scope)).Expect(422);
    }

    internal static async Task InstallAsync(Cozy cozy, string source, string slug = "mini")
    {
        (await cozy.AskAsync("POST", $"/apps/{slug}?Source={Uri.EscapeDataString(source)}", Scope)).Expect(202);
        await UntilAsync(cozy, slug, state => state == "ready");
    }

    private static async Task<JsonElement> UpdateAsync(Cozy cozy, string target)
    {
        (await cozy.AskAsync("PUT", target, Scope)).Expect(202);
        return await UntilAsync(cozy, "mini", state => state == "ready");
    }

    internal static async Task<JsonElement> UntilAsync(Cozy cozy, string slug, Func<string, bool> isThere)
    {
        while (true)
        {
            var attributes = (await cozy.AskAsync("GET", $"/apps/{slug}", Scope)).Expect(200).Data.GetProperty("attributes");
            if (isThere(attributes.GetProperty("state").GetString()!))
                return attributes;
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static Task<Answer> AskWithAsync(Cozy cozy, string token, string method, string target) =>
        Permissions.Links.AskWithAsync(cozy, token, method, target);
}
