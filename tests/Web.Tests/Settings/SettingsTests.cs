using System.Net.Http.Headers;
using System.Text.Json;
using Cozy.Testing;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Tests.Auth;
using Xunit;

namespace Cozy.Web.Tests.Settings;

public sealed class SettingsTests(TestServer server)
{
    private const string Settings = "io.cozy.settings";

    public static TheoryData<string, string, string, int> Routes { get; } = new()
    {
        { "GET", "/settings/instance", "", 401 },
        { "GET", "/settings/instance", "io.cozy.files", 200 },
        { "GET", "/settings/instance", "io.cozy.settings", 200 },
        { "GET", "/settings/instance", "io.cozy.settings:GET:io.cozy.settings.instance", 200 },
        { "GET", "/settings/instance", "io.cozy.settings:GET:io.cozy.settings.disk-usage", 403 },
        { "PUT", "/settings/instance", "io.cozy.settings:GET", 403 },
        { "PUT", "/settings/instance", "io.cozy.settings", 400 },
        { "GET", "/settings/capabilities", "", 401 },
        { "GET", "/settings/capabilities", "io.cozy.files", 200 },
        { "GET", "/settings/context", "", 401 },
        { "GET", "/settings/context", "io.cozy.files", 200 },
        { "GET", "/settings/flags", "io.cozy.files", 200 },
        { "GET", "/settings/warnings", "io.cozy.files", 404 },
        { "GET", "/settings/disk-usage", "io.cozy.settings", 200 },
        { "GET", "/settings/disk-usage", "io.cozy.files", 200 },
        { "GET", "/settings/disk-usage", "io.cozy.files:GET", 403 },
        { "GET", "/settings/external-ties", "io.cozy.settings", 403 },
        { "GET", "/settings/passphrase", "io.cozy.files", 403 },
        { "GET", "/settings/passphrase", "io.cozy.settings:GET:io.cozy.settings.instance", 403 },
        { "PUT", "/settings/passphrase", "io.cozy.settings:GET", 403 },
        { "PUT", "/settings/passphrase", "io.cozy.settings", 400 },
        { "POST", "/settings/passphrase/check", "io.cozy.files", 403 },
        { "GET", "/settings/hint", "io.cozy.settings", 404 },
        { "PUT", "/settings/hint", "io.cozy.files", 403 },
        { "GET", "/settings/sessions", "io.cozy.settings", 403 },
        { "GET", "/settings/sessions", "io.cozy.sessions:GET", 200 },
        { "GET", "/settings/sessions/current", "", 404 },
        { "POST", "/settings/email", "io.cozy.files", 403 },
        { "POST", "/settings/email/resend", "io.cozy.settings", 400 },
        { "DELETE", "/settings/email", "io.cozy.settings", 204 },
        { "GET", "/settings/email/confirm?token=abc", "", 303 },
        { "PUT", "/settings/instance/auth_mode", "io.cozy.files", 403 },
        { "PUT", "/settings/instance/auth_mode", "io.cozy.settings", 400 },
        { "PUT", "/settings/instance/sign_tos", "io.cozy.settings", 204 },
        { "GET", "/settings/onboarded", "", 303 },
        { "GET", "/settings/install_flagship_app", "", 200 },
        { "POST", "/settings/vault", "io.cozy.settings", 403 },
        { "POST", "/settings/vault", "com.bitwarden.ciphers", 204 },
        { "GET", "/settings/nothing", "io.cozy.settings", 404 },
        { "GET", "/data/io.cozy.auth.factors/authenticator", "io.cozy.auth.factors", 403 },
        { "PUT", "/data/io.cozy.security.events/x", "io.cozy.security.events", 403 },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Each_route_asks_for_its_permission(string method, string path, string scope, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync(method, path, scope.Length == 0 ? null : scope, method == "PUT" || method == "POST" ? Cozy.Json("{}") : null)).Expect(status);
    }

    [Theory]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", "https://apps.apple.com/en/app/")]
    [InlineData("Mozilla/5.0 (Linux; Android 15; Pixel 9)", "https://play.google.com/store/apps/details?id=")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64)", "https://cozy.io/en/download")]
    public async Task A_phone_is_led_to_its_store(string browser, string store)
    {
        var cozy = await server.CreateInstanceAsync();
        var page = (await cozy.AskAsync("GET", "/settings/install_flagship_app", change: request => request.Headers.TryAddWithoutValidation("User-Agent", browser))).Expect(200);
        Assert.Contains(store, page.Text, StringComparison.Ordinal);
        Assert.Contains(cozy.Instance.Domain, page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_the_vault_is_noted_once()
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("POST", "/settings/vault", "com.bitwarden.ciphers")).Expect(204);
        (await cozy.AskAsync("POST", "/settings/vault", "com.bitwarden.ciphers")).Expect(204);
        var kept = (await cozy.AskAsync("GET", "/data/io.cozy.settings/io.cozy.settings.bitwarden", Settings)).Expect(200).Json;
        Assert.True(kept.GetProperty("extension_installed").GetBoolean());
        Assert.StartsWith("1-", kept.GetProperty("_rev").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_app_asks_at_its_start_has_the_shape_it_knows()
    {
        var cozy = await server.CreateInstanceAsync(request => request with
        {
            Email = "dave@example.org",
            PublicName = "Dave",
            Locale = "fr",
            DiskQuota = 1000,
            TimeZone = "Europe/Paris",
        });

        var instance = await cozy.AskAsync("GET", "/settings/instance", Settings);
        Assert.Equal("application/vnd.api+json", instance.Headers["Content-Type"]);
        var revision = instance.Data.GetProperty("meta").GetProperty("rev").GetString()!;
        AssertJson(
            $$"""
            {"data":{"type":"io.cozy.settings","id":"io.cozy.settings.instance","attributes":{"auth_mode":"basic","auto_update":true,
            "context":"","default_redirection":"home/","email":"dave@example.org","locale":"fr","oidc_id":"","onboarding_finished":false,
            "org_domain":"","org_id":"","password_defined":false,"public_name":"Dave","tos":"","tos_latest":"","tz":"Europe/Paris","uuid":""},
            "meta":{"rev":"{{revision}}"},"links":{"self":"/settings/instance"} } }
            """,
            instance);

        // Every app shows the owner's name; where mails go is told to those that may read the settings.
        var told = (await cozy.AskAsync("GET", "/settings/instance", "io.cozy.files")).Expect(200).Data.GetProperty("attributes");
        Assert.Equal("Dave", told.GetProperty("public_name").GetString());
        Assert.Equal("basic", told.GetProperty("auth_mode").GetString());
        Assert.False(told.TryGetProperty("email", out _));
        Assert.False(told.TryGetProperty("tz", out _));
        AssertJson(
            """
            {"data":{"type":"io.cozy.settings","id":"io.cozy.settings.capabilities","attributes":{"file_versioning":true,"flat_subdomains":false,
            "can_auth_with_password":true,"can_auth_with_magic_links":false,"can_auth_with_oidc":false},"meta":{},"links":{"self":"/settings/capabilities"}}}
            """,
            await cozy.AskAsync("GET", "/settings/capabilities", Settings));
        AssertJson(
            """
            {"data":{"type":"io.cozy.settings","id":"io.cozy.settings.disk-usage","attributes":{"used":"0","quota":"1000","files":"0","versions":"0"},
            "meta":{},"links":{"self":"/settings/disk-usage"}}}
            """,
            await cozy.AskAsync("GET", "/settings/disk-usage", Settings));
        AssertJson(
            $$"""
            {"data":{"type":"io.cozy.settings","id":"io.cozy.settings.passphrase","attributes":{"salt":"me@{{cozy.Instance.Domain}}","kdf":0,"iterations":650000},
            "meta":{},"links":{"self":"/settings/passphrase"} } }
            """,
            await cozy.AskAsync("GET", "/settings/passphrase", Settings));
        AssertJson("""{"errors":[]}""", await cozy.AskAsync("GET", "/settings/warnings", Settings));
    }

    [Fact]
    public async Task The_settings_are_replaced_but_for_what_is_guarded()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Email = "dave@example.org", PublicName = "Dave" });
        var revision = (await cozy.AskAsync("GET", "/settings/instance", Settings)).Data.GetProperty("meta").GetProperty("rev").GetString()!;
        static string Body(string revision, string locale = "fr") =>
            $$$"""{"data":{"type":"io.cozy.settings","id":"io.cozy.settings.instance","meta":{"rev":"{{{revision}}}"},"attributes":{"locale":"{{{locale}}}","email":"thief@example.net","pending_email":"thief@example.net","auth_mode":"two_factor_mail","public_name":"Dave Fern","favourite":"fern","uuid":"mine","tz":"Europe/Paris"} } }""";

        var client = (await cozy.AskAsync("POST", "/auth/register", null, Cozy.Json(Auth.OAuth.Owner.Metadata("Atlas")),
            request => request.Headers.Accept.ParseAdd("application/json"))).Expect(201).Json.GetProperty("client_id").GetString()!;
        Task<Answer> PutAsync(string body) => cozy.AskAsync(
            "PUT", "/settings/instance", null, Cozy.Json(body), request => request.Headers.Authorization = new AuthenticationHeaderValue(
                "Bearer", new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.Access, client, Settings)));

        (await PutAsync(Body("1-abc"))).Expect(409);
        (await PutAsync(Body(revision, "not a language"))).Expect(422);
        (await PutAsync("{")).Expect(400);
        (await PutAsync("""{"data":{"attributes":{}}}""")).Expect(422);
        var changed = (await PutAsync(Body(revision))).Expect(200).Data.GetProperty("attributes");
        Assert.Equal("fr", changed.GetProperty("locale").GetString());
        Assert.Equal("dave@example.org", changed.GetProperty("email").GetString());
        Assert.False(changed.TryGetProperty("pending_email", out var pending) && pending.ValueKind != JsonValueKind.Null);
        Assert.Equal("basic", changed.GetProperty("auth_mode").GetString());
        Assert.Equal(("Dave Fern", "fern", ""), (changed.GetProperty("public_name").GetString(), changed.GetProperty("favourite").GetString(), changed.GetProperty("uuid").GetString()));
        (await PutAsync(Body(revision))).Expect(409);
    }

    [Fact]
    public async Task The_mail_address_cannot_be_changed_behind_the_owners_back()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Email = "dave@example.org" });
        const string Id = "io.cozy.settings.instance";
        var client = (await cozy.AskAsync("POST", "/auth/register", null, Cozy.Json(Auth.OAuth.Owner.Metadata("Atlas")),
            request => request.Headers.Accept.ParseAdd("application/json"))).Expect(201).Json.GetProperty("client_id").GetString()!;
        Task<Answer> AskAsync(string method, string path, string? body = null) => cozy.AskAsync(
            method, path, null, body is null ? null : Cozy.Json(body), request => request.Headers.Authorization = new AuthenticationHeaderValue(
                "Bearer", new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.Access, client, Settings)));
        var revision = (await AskAsync("GET", $"/data/{Settings}/{Id}")).Expect(200).Json.GetProperty("_rev").GetString();
        var thief = $$"""{"_id":"{{Id}}","_rev":"{{revision}}","email":"thief@example.net"}""";

        (await AskAsync("PUT", $"/data/{Settings}/{Id}", thief)).Expect(403);
        (await AskAsync("DELETE", $"/data/{Settings}/{Id}?rev={revision}")).Expect(403);
        var bulk = (await AskAsync("POST", $"/data/{Settings}/_bulk_docs", $$"""{"docs":[{"_id":"mine"},{{thief}}]}""")).Json;
        Assert.True(bulk[0].TryGetProperty("rev", out _));
        Assert.Equal("forbidden", bulk[1].GetProperty("error").GetString());
        var replica = thief.Replace(revision!, "9-0123456789abcdef0123456789abcdef", StringComparison.Ordinal);
        await AskAsync("POST", $"/data/{Settings}/_bulk_docs", $$"""{"new_edits":false,"docs":[{{replica}}]}""");

        Assert.Equal("dave@example.org", (await AskAsync("GET", $"/data/{Settings}/{Id}")).Json.GetProperty("email").GetString());
    }

    [Fact]
    public async Task The_passphrase_is_checked_and_changed()
    {
        var browser = await (await OwnerBrowser.OfNewOwnerAsync(server)).LoggedInAsync();
        var cozy = new Cozy(server, browser.Instance);
        Task<Answer> AskAsync(string method, string path, string body) => cozy.AskAsync(method, path, Settings, Cozy.Json(body));

        (await AskAsync("POST", "/settings/passphrase/check", """{"passphrase":"derived"}""")).Expect(204);
        Assert.Contains("Invalid passphrase", (await AskAsync("POST", "/settings/passphrase/check", """{"passphrase":"bad"}""")).Expect(403).Text, StringComparison.Ordinal);
        (await AskAsync("PUT", "/settings/hint", """{"hint":"the leaf"}""")).Expect(204);
        (await cozy.AskAsync("GET", "/settings/hint", Settings)).Expect(204);
        foreach (var (body, status, text) in new[]
        {
            ("""{"current_passphrase":"x","new_passphrase":"n","iterations":650000}""", 400, "Invalid passphrase"),
            ("""{"current_passphrase":"derived","new_passphrase":"n","iterations":10}""", 422, "The KdfIterations number is too low"),
            ("""{"current_passphrase":"derived","new_passphrase":"n","iterations":99999999}""", 422, "The KdfIterations number is too high"),
            ("""{"current_passphrase":"derived","new_passphrase":"","iterations":650000}""", 400, "Missing new passphrase"),
            ("{", 400, "JSON"),
        })
        {
            Assert.Contains(text, (await AskAsync("PUT", "/settings/passphrase", body)).Expect(status).Text, StringComparison.Ordinal);
        }

        // Without iterations they stay what they are.
        (await AskAsync("PUT", "/settings/passphrase", """{"current_passphrase":"derived","new_passphrase":"another","key":"2.AAAA|BBBB|CCCC"}""")).Expect(204);
        Assert.Equal(650000, (await cozy.AskAsync("GET", "/settings/passphrase", Settings)).Data.GetProperty("attributes").GetProperty("iterations").GetInt32());
        (await browser.GetAsync("/auth/security")).Expect(303);
        (await browser.LogInAsync("another")).Expect(200);
    }

    [Fact]
    public async Task Sessions_are_listed_and_the_current_one_is_shown()
    {
        var browser = await (await OwnerBrowser.OfNewOwnerAsync(server)).LoggedInAsync();
        var current = (await browser.SendAsync(HttpMethod.Get, "/settings/sessions/current", null)).Expect(200).Data;
        var list = (await new Cozy(server, browser.Instance).AskAsync("GET", "/settings/sessions", "io.cozy.sessions:GET")).Expect(200).Json;

        Assert.Equal(2, list.GetProperty("meta").GetProperty("count").GetInt32());
        var entry = list.GetProperty("data").EnumerateArray().Single(session => session.GetProperty("id").GetString() == current.GetProperty("id").GetString());
        var attributes = entry.GetProperty("attributes");
        Assert.Equal(entry.GetProperty("meta").GetProperty("rev").GetString(), attributes.GetProperty("_rev").GetString());
        Assert.Equal((false, false), (attributes.GetProperty("long_run").GetBoolean(), attributes.GetProperty("short_run").GetBoolean()));
        Assert.Equal(browser.Address, attributes.GetProperty("ip").GetString());
    }

    [Fact]
    public async Task A_mail_address_is_changed_by_a_link()
    {
        var browser = await (await OwnerBrowser.OfNewOwnerAsync(server, MailCatcher.NewAddress())).LoggedInAsync();
        var cozy = new Cozy(server, browser.Instance);
        var address = MailCatcher.NewAddress("new");
        Task<Answer> AskAsync(string passphrase) => cozy.AskAsync(
            "POST", "/settings/email", Settings, Cozy.Json($$"""{"passphrase":"{{passphrase}}","email":"{{address}}"}"""));

        (await AskAsync("wrong")).Expect(400);
        (await AskAsync(OwnerBrowser.Passphrase)).Expect(204);
        Assert.Equal(address, (await cozy.AskAsync("GET", "/settings/instance", Settings)).Data.GetProperty("attributes").GetProperty("pending_email").GetString());
        var link = (await server.Mails.WaitForAsync(address)).Link;

        (await browser.Another().GetAsync(link.PathAndQuery)).Expect(303);
        (await browser.GetAsync("/settings/email/confirm?token=abc")).Expect(400);
        Assert.EndsWith("/auth/security?done=email", (await browser.GetAsync(link.PathAndQuery)).Expect(307).Headers["Location"], StringComparison.Ordinal);
        Assert.Equal(address, (await cozy.AskAsync("GET", "/settings/instance", Settings)).Data.GetProperty("attributes").GetProperty("email").GetString());
        (await browser.GetAsync(link.PathAndQuery)).Expect(400);
    }

    [Fact]
    public async Task An_instance_is_given_up_by_its_owner_who_opens_a_link_and_knows_the_passphrase()
    {
        var address = MailCatcher.NewAddress();
        var browser = await (await OwnerBrowser.OfNewOwnerAsync(server, address)).LoggedInAsync();
        var cozy = new Cozy(server, browser.Instance);
        var settings = await Permissions.Links.InstallAsync(server, cozy, "settings", "io.cozy.files");
        var other = await Permissions.Links.InstallAsync(server, cozy, "other", "io.cozy.settings");
        (await cozy.AskAsync("POST", "/settings/instance/deletion")).Expect(401);
        (await cozy.AskAsync("POST", "/settings/instance/deletion", "*")).Expect(403);
        (await Permissions.Links.AskWithAsync(cozy, other, "POST", "/settings/instance/deletion")).Expect(403);
        (await Permissions.Links.AskWithAsync(cozy, settings, "POST", "/settings/instance/deletion/force")).Expect(503);
        (await Permissions.Links.AskWithAsync(cozy, settings, "POST", "/settings/instance/deletion")).Expect(204);

        // Besides the mail that tells of the login.
        var link = (await server.Mails.WaitForAsync(address, mail => mail.Text.Contains("/auth/deletion", StringComparison.Ordinal))).Link;
        var token = link.Query["?token=".Length..];

        (await browser.Another().GetAsync(link.PathAndQuery)).Expect(303);
        (await browser.GetAsync("/auth/deletion?token=abc")).Expect(400);
        Assert.Contains(browser.Instance.Domain, (await browser.GetAsync(link.PathAndQuery)).Expect(200).Text, StringComparison.Ordinal);
        (await browser.PostAsync("/auth/deletion", [("token", "abc"), ("passphrase", OwnerBrowser.Passphrase)])).Expect(400);
        (await browser.PostAsync("/auth/deletion", [("token", token), ("passphrase", "wrong")])).Expect(401);
        (await browser.Another().PostAsync("/auth/deletion", [("token", token), ("passphrase", OwnerBrowser.Passphrase)])).Expect(401);
        (await cozy.AskAsync("GET", "/files/io.cozy.files.root-dir", "io.cozy.files")).Expect(200);

        (await browser.PostAsync("/auth/deletion", [("token", token), ("passphrase", OwnerBrowser.Passphrase)])).Expect(200);
        (await browser.GetAsync("/")).Expect(404);
    }

    [Fact]
    public async Task An_instance_without_a_mail_address_is_not_given_up_by_a_click()
    {
        var cozy = new Cozy(server, (await OwnerBrowser.OfNewOwnerAsync(server)).Instance);
        var settings = await Permissions.Links.InstallAsync(server, cozy, "settings", "io.cozy.files");
        (await Permissions.Links.AskWithAsync(cozy, settings, "POST", "/settings/instance/deletion")).Expect(400);
    }

    private static void AssertJson(string expected, Answer answer)
    {
        using var json = JsonDocument.Parse(expected);
        Assert.True(JsonElement.DeepEquals(json.RootElement, answer.Json), $"expected {expected}\nbut was {answer.Text}");
    }
}
