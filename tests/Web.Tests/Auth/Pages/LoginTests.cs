using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Cozy.Testing;
using Cozy.Web.Auth.Security;
using Cozy.Web.Auth.Tokens;
using OtpNet;
using Xunit;

namespace Cozy.Web.Tests.Auth.Pages;

public sealed partial class LoginTests(TestServer server)
{
    [Fact]
    public async Task The_passphrase_opens_a_session_and_a_wrong_one_does_not()
    {
        var browser = await OwnerBrowser.OfNewOwnerAsync(server);

        Assert.Equal(
            "The password you entered is incorrect, please try again.",
            (await browser.LogInAsync("wrong")).Expect(401).Json.GetProperty("error").GetString());
        (await browser.LogInAsync("")).Expect(401);
        var page = await browser.PostAsync("/auth/login", [("passphrase", "wrong")], "text/html");
        Assert.Contains("This is not the right passphrase", page.Expect(401).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("cozysessid", browser.Cookies.Keys);

        var answer = await browser.LogInAsync();
        Assert.Equal($"http://{browser.Instance.Domain}/", answer.Expect(200).Json.GetProperty("redirect").GetString());
        var cookie = answer.Headers["Set-Cookie"];
        Assert.Matches("cozysessid=[^;]+; domain=[^;]+; path=/; samesite=lax; httponly", cookie);
        Assert.Matches("cozydevice=[^;]+; max-age=\\d+; path=/; samesite=strict; httponly", cookie);
        (await browser.GetAsync("/auth/login")).Expect(303);
    }

    [Fact]
    public async Task Guesses_are_slowed_down_for_the_guesser_alone()
    {
        var owner = await OwnerBrowser.OfNewOwnerAsync(server);
        await owner.LoggedInAsync();
        var guesser = owner.Another();
        var statuses = new List<int>();
        for (var i = 0; i < 13; i++)
            statuses.Add((await guesser.LogInAsync($"guess {i}")).Status);

        Assert.Equal(10, statuses.Count(status => status == 401));
        Assert.Equal(3, statuses.Count(status => status == 429));
        (await guesser.LogInAsync()).Expect(429);
        await owner.Another().LoggedInAsync();
        await (await OwnerBrowser.OfNewOwnerAsync(server)).LoggedInAsync();
    }

    [Fact]
    public async Task A_forgotten_passphrase_is_replaced_by_a_mailed_link()
    {
        var address = MailCatcher.NewAddress();
        var browser = await (await OwnerBrowser.OfNewOwnerAsync(server, address)).LoggedInAsync();
        var stranger = browser.Another();
        (await stranger.GetAsync("/auth/passphrase_reset")).Expect(200);
        (await stranger.PostAsync("/auth/passphrase_reset", [], "text/html")).Expect(200);
        var link = (await server.Mails.WaitForAsync(address, mail => mail.Text.Contains("/auth/passphrase_renew", StringComparison.Ordinal))).Link;
        Assert.Equal($"http://{browser.Instance.Domain}/auth/passphrase_renew", link.GetLeftPart(UriPartial.Path));
        var token = link.Query["?token=".Length..];

        (await stranger.GetAsync("/auth/passphrase_renew?token=00ff")).Expect(400);
        Assert.Contains("data-new", (await stranger.GetAsync(link.PathAndQuery)).Expect(200).Text, StringComparison.Ordinal);
        (string, string)[] form = [("passphrase_reset_token", token), ("passphrase", "another"), ("iterations", "650000"), ("hint", "")];
        (await stranger.PostAsync("/auth/passphrase_renew", [.. form[..2], ("iterations", "10")])).Expect(400);
        (await stranger.PostAsync("/auth/passphrase_renew", form)).Expect(200);
        Assert.Equal("invalid_token", (await stranger.PostAsync("/auth/passphrase_renew", form)).Expect(400).Json.GetProperty("error").GetString());

        (await browser.GetAsync("/auth/security")).Expect(303);
        (await stranger.LogInAsync()).Expect(401);
        (await stranger.LogInAsync("another")).Expect(200);
    }

    [Fact]
    public async Task Asking_for_a_link_or_the_hint_tells_nothing()
    {
        var with = await OwnerBrowser.OfNewOwnerAsync(server, MailCatcher.NewAddress());
        var without = await OwnerBrowser.OfNewOwnerAsync(server);
        foreach (var path in new[] { "/auth/passphrase_reset", "/auth/hint" })
        {
            var pages = new[] { await with.PostAsync(path, [], "text/html"), await without.PostAsync(path, [], "text/html") };
            Assert.All(pages, page => page.Expect(200));
            Assert.Equal(WithoutNames(pages[0], with), WithoutNames(pages[1], without));
        }
    }

    [Fact]
    public async Task Codes_by_mail_are_turned_on_and_asked_for()
    {
        var address = MailCatcher.NewAddress();
        var browser = await (await OwnerBrowser.OfNewOwnerAsync(server, address)).LoggedInAsync();
        (await browser.PostAsync("/auth/security/mail", [], "text/html")).Expect(200);
        var code = await server.Mails.WaitForCodeAsync(address);
        (await browser.PostAsync("/auth/security/mail", [("code", "nonsense")], "text/html")).Expect(422);
        (await browser.PostAsync("/auth/security/mail", [("code", code)], "text/html")).Expect(303);

        var other = browser.Another();
        var redirect = new Uri((await other.LogInAsync(OwnerBrowser.Passphrase, ("long-run-session", "1"))).Expect(200).Json.GetProperty("redirect").GetString()!);
        Assert.Equal("/auth/twofactor", redirect.AbsolutePath);
        Assert.Contains("six digits", (await other.GetAsync(redirect.PathAndQuery)).Expect(200).Text, StringComparison.Ordinal);
        var token = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(redirect.Query)["two_factor_token"].ToString();
        (string, string)[] form = [("two-factor-token", token), ("long-run-session", "true"), ("two-factor-generate-trusted-device-token", "true")];
        Assert.Equal(
            "The passcode you entered is incorrect, please try again.",
            (await other.PostAsync("/auth/twofactor", [.. form, ("two-factor-passcode", "nonsense")])).Expect(401).Json.GetProperty("error").GetString());
        code = await server.Mails.WaitForCodeAsync(address, code);
        var done = (await other.PostAsync("/auth/twofactor", [.. form, ("two-factor-passcode", code)])).Expect(200);
        Assert.True(done.Json.TryGetProperty("two_factor_trusted_device_token", out _));
        Assert.Contains("max-age=315360000", done.Headers["Set-Cookie"], StringComparison.Ordinal);

        // The trusted browser is not asked again, also when it sends the token as clients do that have no cookies.
        var third = browser.Another();
        var trusted = done.Json.GetProperty("two_factor_trusted_device_token").GetString()!;
        Assert.EndsWith($"{browser.Instance.Domain}/", (await third.LogInAsync(OwnerBrowser.Passphrase, ("trusted-device-token", trusted))).Json.GetProperty("redirect").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authenticator_app_is_set_up_on_the_page()
    {
        var browser = await (await OwnerBrowser.OfNewOwnerAsync(server)).LoggedInAsync();
        var page = (await browser.GetAsync("/auth/security/app")).Expect(200).Text;
        var secret = SecretField().Match(page).Groups[1].Value;
        Assert.Contains("data:image/svg&#x2B;xml;base64,", page, StringComparison.Ordinal);
        Assert.True(Base32.TryDecode(secret, out var key));
        var totp = new Totp(key);
        (string, string)[] form = [("secret", secret), ("passphrase", OwnerBrowser.Passphrase)];

        (await browser.PostAsync("/auth/security/app", [.. form, ("code", "000000")], "text/html")).Expect(422);
        (await browser.PostAsync("/auth/security/app", [form[0], ("passphrase", "wrong"), ("code", totp.ComputeTotp())], "text/html")).Expect(401);
        var recovery = (await browser.PostAsync("/auth/security/app", [.. form, ("code", totp.ComputeTotp())], "text/html")).Expect(200).Text;
        Assert.Equal(10, RecoveryCode().Count(recovery));

        var other = browser.Another();
        var token = TokenOf(await other.LogInAsync());
        (await other.PostAsync("/auth/twofactor", [("two-factor-token", token), ("two-factor-passcode", RecoveryCode().Match(recovery).Value)])).Expect(200);

        // An app with a token cannot take back what the owner set up.
        (await browser.SendAsync(HttpMethod.Put, "/settings/instance/auth_mode", Cozy.Json("""{"auth_mode":"basic"}"""), change: Bearer(browser, "io.cozy.settings"))).Expect(403);
        (await browser.PostAsync("/auth/security/off", [("passphrase", "wrong")], "text/html")).Expect(401);
        (await browser.PostAsync("/auth/security/off", [("passphrase", OwnerBrowser.Passphrase)], "text/html")).Expect(303);
        await browser.Another().LoggedInAsync();
    }

    [Fact]
    public async Task The_owner_sees_the_sessions_and_ends_them()
    {
        var browser = await (await OwnerBrowser.OfNewOwnerAsync(server)).LoggedInAsync();
        var other = await browser.Another().LoggedInAsync();
        var third = await browser.Another().LoggedInAsync();
        var page = (await browser.GetAsync("/auth/security")).Expect(200).Text;
        Assert.Contains(other.Address, page, StringComparison.Ordinal);
        (await browser.PostAsync("/auth/security/logout-others", [], "text/html")).Expect(303);

        (await browser.GetAsync("/auth/security")).Expect(200);
        (await other.GetAsync("/auth/security")).Expect(303);
        (await third.GetAsync("/auth/security")).Expect(303);
        var redirect = (await third.GetAsync("/auth/security/app?x=1")).Expect(303).Headers["Location"];
        Assert.Equal(
            $"http://{browser.Instance.Domain}/auth/login?redirect={Uri.EscapeDataString($"http://{browser.Instance.Domain}/auth/security/app?x=1")}",
            redirect);
        (await third.PostAsync("/auth/security/off", [("passphrase", OwnerBrowser.Passphrase)])).Expect(401);
    }

    [Fact]
    public async Task An_app_can_log_out_with_its_token_and_nobody_else_without()
    {
        var browser = await (await OwnerBrowser.OfNewOwnerAsync(server)).LoggedInAsync();
        var other = await browser.Another().LoggedInAsync();
        void App(HttpRequestMessage request)
        {
            request.Headers.Add("Origin", $"http://home.{browser.Instance.Domain}");
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Bearer", new TokenIssuer(TimeProvider.System).Issue(browser.Instance, TokenAudience.App, "home", ""));
        }

        var preflight = await browser.SendAsync(HttpMethod.Options, "/auth/login", null, change: request =>
        {
            request.Headers.Add("Origin", $"http://home.{browser.Instance.Domain}");
            request.Headers.Add("Access-Control-Request-Method", "DELETE");
        });
        Assert.Equal($"http://home.{browser.Instance.Domain}", preflight.Expect(204).Headers["Access-Control-Allow-Origin"]);
        var page = await browser.SendAsync(HttpMethod.Get, "/auth/login", null, change: request => request.Headers.Add("Origin", "https://evil.example.com"));
        Assert.DoesNotContain("Access-Control-Allow-Origin", page.Headers.Keys);

        (await browser.SendAsync(HttpMethod.Delete, "/auth/login", null, change: request => request.Headers.Add("Origin", "https://evil.example.com"))).Expect(401);
        (await browser.SendAsync(HttpMethod.Delete, "/auth/login/others", null)).Expect(401);
        (await browser.SendAsync(HttpMethod.Delete, "/auth/login/others", null, change: App)).Expect(204);
        (await other.GetAsync("/auth/security")).Expect(303);
        (await browser.SendAsync(HttpMethod.Delete, "/auth/login", null, change: App)).Expect(204);
        Assert.DoesNotContain("cozysessid", browser.Cookies.Keys);
        (await browser.SendAsync(HttpMethod.Delete, "/auth/login", null, change: App)).Expect(204);
    }

    [Fact]
    public async Task The_passphrase_is_changed_on_the_page_of_security()
    {
        var browser = await (await OwnerBrowser.OfNewOwnerAsync(server)).LoggedInAsync();
        var other = await browser.Another().LoggedInAsync();
        (string, string)[] form = [("passphrase", "another"), ("iterations", "650000"), ("hint", "h")];
        (await browser.PostAsync("/auth/security/passphrase", [.. form, ("current_passphrase", "wrong")], "text/html")).Expect(401);
        (await browser.PostAsync("/auth/security/passphrase", [.. form, ("current_passphrase", OwnerBrowser.Passphrase)], "text/html")).Expect(303);

        (await browser.GetAsync("/auth/security")).Expect(200);
        (await other.GetAsync("/auth/security")).Expect(303);
        (await other.LogInAsync("another")).Expect(200);
    }

    private static Action<HttpRequestMessage> Bearer(OwnerBrowser browser, string scope) => request =>
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", new TokenIssuer(TimeProvider.System).Issue(browser.Instance, TokenAudience.CommandLine, null, scope));

    private static string TokenOf(Answer login) => Microsoft.AspNetCore.WebUtilities.QueryHelpers
        .ParseQuery(new Uri(login.Expect(200).Json.GetProperty("redirect").GetString()!).Query)["two_factor_token"].ToString();

    private static string WithoutNames(Answer page, OwnerBrowser browser) =>
        page.Text.Replace(browser.Instance.Domain, "", StringComparison.Ordinal).Replace(browser.Cookies["_csrf"], "", StringComparison.Ordinal);

    [GeneratedRegex("name=\"secret\" value=\"([A-Z2-7]+)\"")]
    private static partial Regex SecretField();

    [GeneratedRegex("[a-z2-7]{4}(-[a-z2-7]{4}){3}")]
    private static partial Regex RecoveryCode();
}
