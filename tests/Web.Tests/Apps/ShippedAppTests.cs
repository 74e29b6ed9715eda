using Xunit;

namespace Cozy.Web.Tests.Apps;

public sealed class ShippedAppTests(TestServer server)
{
    private const string Scope = "io.cozy.apps io.cozy.konnectors io.cozy.settings";
    private const string Passphrase = "correct horse battery";

    [Fact]
    public async Task A_new_instance_has_the_apps_of_its_context_and_its_owner_lands_on_Home()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { ContextName = "family", Passphrase = Passphrase });
        var cookie = await AppVisitor.LogInAsync(server, cozy, Passphrase);

        // Also when Home is still being installed.
        var first = (await cozy.AskAsOwnerAsync("/", cookie)).Expect(303);
        Assert.Equal($"http://home.{cozy.Instance.Domain}/", first.Headers["Location"]);
        Assert.Contains(">home 1.2.0</body>", (await AppVisitor.AskAppAsync(cozy, "home", "/", cookie)).Expect(200).Text, StringComparison.Ordinal);
        Assert.Equal(first.Headers["Location"], (await cozy.AskAsOwnerAsync("/settings/onboarded", cookie)).Expect(303).Headers["Location"]);

        await AppTests.UntilAsync(cozy, "store", state => state == "ready");
        var home = await AppTests.UntilAsync(cozy, "home", state => state == "ready");
        Assert.Equal("bundled://home", home.GetProperty("source").GetString());
        Assert.Equal(2, (await cozy.AskAsync("GET", "/apps/", Scope)).Json.GetProperty("meta").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task The_owner_may_land_elsewhere_and_without_apps_on_the_servers_own_page()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Apps = ["home", "album"], Passphrase = Passphrase });
        var cookie = await AppVisitor.LogInAsync(server, cozy, Passphrase);
        var settings = (await cozy.AskAsync("GET", "/settings/instance", Scope)).Expect(200).Data;
        Assert.Equal("home/", settings.GetProperty("attributes").GetProperty("default_redirection").GetString());
        var revision = settings.GetProperty("meta").GetProperty("rev").GetString();
        var body = $$"""{"data":{"attributes":{"default_redirection":"album/#/all"},"meta":{"rev":"{{revision}}"} } }""";
        (await cozy.AskAsync("PUT", "/settings/instance", Scope, Cozy.Json(body))).Expect(200);
        Assert.Equal($"http://album.{cozy.Instance.Domain}/#/all", (await cozy.AskAsOwnerAsync("/", cookie)).Expect(303).Headers["Location"]);
        (await cozy.AskAsync("DELETE", "/apps/album", Scope)).Expect(200);
        Assert.Equal($"http://home.{cozy.Instance.Domain}/", (await cozy.AskAsOwnerAsync("/", cookie)).Expect(303).Headers["Location"]);
        (await cozy.AskAsync("DELETE", "/apps/home", Scope)).Expect(200);
        (await cozy.AskAsOwnerAsync("/", cookie)).Expect(200);
    }

    [Fact]
    public async Task Apps_that_cannot_be_had_are_refused_before_anything_is_made()
    {
        foreach (var slug in new[] { "ghost", "Not a slug" })
        {
            var failure = await Assert.ThrowsAsync<Grains.Errors.CozyException>(
                () => server.CreateInstanceAsync(request => request with { Apps = [slug] }));
            Assert.Equal("Apps", failure.WrongInput);
        }
    }

    [Fact]
    public async Task The_context_tells_apps_what_the_operator_says()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { ContextName = "family", Apps = [] });
        var context = (await cozy.AskAsync("GET", "/settings/context", Scope)).Expect(200).Data.GetProperty("attributes");
        Assert.Equal("https://help.example.net/", context.GetProperty("help_link").GetString());
        var flags = (await cozy.AskAsync("GET", "/settings/flags?include=true", Scope)).Expect(200).Json;
        Assert.Equal(4, flags.GetProperty("data").GetProperty("attributes").GetProperty("family.size").GetInt32());
        Assert.Contains(
            flags.GetProperty("included").EnumerateArray(),
            source => source.GetProperty("id").GetString() == "io.cozy.settings.flags.config");
    }

    [Fact]
    public async Task A_store_with_no_registry_offers_what_is_shipped_and_installs_it()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Apps = [] });
        var token = await Permissions.Links.InstallAsync(server, cozy, "store", "io.cozy.apps");
        var list = (await Ask(cozy, token, "/registry?limit=2&filter[type]=webapp")).Expect(200).Json;
        Assert.Equal(["album", "home"], [.. list.GetProperty("data").EnumerateArray().Select(app => app.GetProperty("slug").GetString()!)]);
        var cursor = list.GetProperty("meta").GetProperty("next_cursor").GetString();
        var rest = (await Ask(cozy, token, $"/registry/?limit=2&cursor={cursor}")).Expect(200).Json;
        Assert.Equal("store", Assert.Single(rest.GetProperty("data").EnumerateArray()).GetProperty("slug").GetString());
        Assert.False(rest.GetProperty("meta").TryGetProperty("next_cursor", out _));
        Assert.Equal(1, (await Ask(cozy, token, "/registry?filter[category]=others")).Json.GetProperty("meta").GetProperty("count").GetInt32());

        var app = (await Ask(cozy, token, "/registry/album")).Expect(200).Json;
        Assert.Equal("0.3.0", app.GetProperty("versions").GetProperty("stable")[0].GetString());
        var latest = (await Ask(cozy, token, "/registry/album/stable/latest")).Expect(200).Json;
        Assert.Equal("PICK", latest.GetProperty("manifest").GetProperty("intents")[0].GetProperty("action").GetString());
        var version = (await Ask(cozy, token, "/registry/album/0.3.0")).Expect(200);
        Assert.Equal("max-age=31536000, immutable", version.Headers["Cache-Control"]);
        var icon = (await Ask(cozy, token, "/registry/album/icon")).Expect(200);
        Assert.Equal("image/svg+xml", icon.Headers["Content-Type"]);
        Assert.Contains("sandbox", icon.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal("image/png", (await Ask(cozy, token, "/registry/album/0.3.0/screenshots/one.png")).Expect(200).Headers["Content-Type"]);
        var tarball = new Uri(version.Json.GetProperty("url").GetString()!).PathAndQuery;
        Assert.Equal([0x1F, 0x8B], (await Ask(cozy, token, tarball)).Expect(200).Bytes[..2]);
        Assert.Equal("[]", (await Ask(cozy, token, "/registry/maintenance")).Expect(200).Text);

        foreach (var missing in new[]
        {
            "/registry/ghost", "/registry/album/9.9.9", "/registry/album/beta/latest", "/registry/album/9.9.9/icon",
            "/registry/album/screenshots/..%2F..%2Fhome%2Ficon.svg", "/registry/album/screenshots/none.png",
            "/registry/album/partnership_icon", "/registry/..%2Falbum",
        })
        {
            (await Ask(cozy, token, missing)).Expect(404);
        }

        (await Permissions.Links.AskWithAsync(cozy, token, "POST", "/apps/album?Source=registry://album/stable")).Expect(202);
        await AppTests.UntilAsync(cozy, "album", state => state == "ready");
    }

    [Fact]
    public async Task What_there_is_to_install_is_nothing_for_strangers_and_friends()
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("GET", "/registry")).Expect(401);
        (await cozy.AskAsync("GET", "/registry/album/icon")).Expect(401);
        var link = await Permissions.Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["GET"]}""");
        (await Ask(cozy, Permissions.Links.Code(link), "/registry")).Expect(403);
        (await Ask(cozy, Permissions.Links.Code(link), "/registry/album/icon")).Expect(403);
    }

    private static Task<Answer> Ask(Cozy cozy, string token, string target) =>
        Permissions.Links.AskWithAsync(cozy, token, "GET", target);
}
