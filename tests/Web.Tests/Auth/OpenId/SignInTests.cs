using Cozy.Grains.Auth;
using Cozy.Grains.Instances;
using Cozy.Testing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Auth.OpenId;

/// <summary>Owners sign in at a real OpenID provider of somebody else's.</summary>
public sealed class SignInTests(TestServer server)
{
    private static readonly HttpClient Internet = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    [Fact]
    public async Task An_owner_whose_account_is_known_is_let_in_and_led_on()
    {
        var browser = await OwnerAsync(TestServer.PartnerContext, oidcId: "alice");
        Assert.Contains("/oidc/start?redirect=", (await browser.GetAsync("/auth/login")).Expect(200).Text, StringComparison.Ordinal);
        var target = $"http://drive.{browser.Instance.Domain}/folder?x=1";
        var entered = await SignInAsync(browser, "alice", $"?redirect={Uri.EscapeDataString(target)}");
        Assert.Equal(target, entered.Expect(303).Headers["Location"]);
        (await browser.GetAsync("/auth/security")).Expect(200);
        Assert.DoesNotContain(browser.Cookies.Keys, name => name.StartsWith("cozyoidc-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_owner_whom_a_claim_of_the_user_info_names_is_let_in_and_others_are_not()
    {
        var number = Guid.NewGuid().ToString("N")[..12];
        var browser = await OwnerAsync(TestServer.PartnerContext, domain: $"cloud{number}.localhost");
        foreach (var stranger in new[] { "bob", "n-0000-bob", $"{number}" })
        {
            var refused = await SignInAsync(browser, stranger);
            Assert.Contains("is not that of the owner", refused.Expect(403).Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("cozysessid", browser.Cookies.Keys);
        (await SignInAsync(browser, $"n-{number}-alice")).Expect(303);
        (await browser.GetAsync("/auth/security")).Expect(200);
    }

    [Fact]
    public async Task A_sign_in_is_finished_once_by_the_browser_that_began_it()
    {
        var browser = await OwnerAsync(TestServer.PartnerContext, oidcId: "alice");
        var login = await ReturnAsync(browser, await StartAsync(browser), "alice");
        (await browser.Another().GetAsync(login)).Expect(400);
        var elsewhere = await OwnerAsync(TestServer.PartnerContext, oidcId: "alice");
        (await elsewhere.GetAsync(login)).Expect(400);
        (await browser.GetAsync(login)).Expect(303);
        (await browser.GetAsync(login)).Expect(400);
        (await browser.GetAsync("/oidc/redirect?code=x&state=y")).Expect(404);
        (await browser.GetAsync("/oidc/login?code=x&state=y")).Expect(400);
    }

    [Fact]
    public async Task A_code_of_one_sign_in_is_worth_nothing_in_another()
    {
        var browser = await OwnerAsync(TestServer.PartnerContext, oidcId: "alice");
        var first = QueryHelpers.ParseQuery(new Uri("http://x" + await ReturnAsync(browser, await StartAsync(browser), "alice")).Query);
        var second = QueryHelpers.ParseQuery(new Uri("http://x" + await ReturnAsync(browser, await StartAsync(browser), "alice")).Query);
        var mixed = QueryHelpers.AddQueryString("/oidc/login", new Dictionary<string, string?> { ["code"] = first["code"], ["state"] = second["state"] });
        (await browser.GetAsync(mixed)).Expect(403);
        Assert.DoesNotContain("cozysessid", browser.Cookies.Keys);
    }

    [Fact]
    public async Task Who_is_refused_there_is_not_let_in_here()
    {
        var browser = await OwnerAsync(TestServer.PartnerContext, oidcId: "alice");
        (await SignInAsync(browser, "nobody")).Expect(403);
        (await browser.GetAsync("/oidc/start?redirect=https%3A%2F%2Fevil.example.net")).Expect(400);
        (await (await OwnerAsync(null)).GetAsync("/oidc/start")).Expect(404);
        (await (await OwnerAsync(TestServer.DeadContext)).GetAsync("/oidc/start")).Expect(502);
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_here_too()
    {
        var address = MailCatcher.NewAddress();
        var browser = await OwnerAsync(TestServer.PartnerContext, oidcId: "alice", email: address);
        await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IInstanceGrain>(browser.Instance.Id)
            .ModifyAsync(new InstancePatch { AuthMode = 1 });
        var step = new Uri((await SignInAsync(browser, "alice")).Expect(303).Headers["Location"]);
        Assert.Equal("/auth/twofactor", step.AbsolutePath);
        Assert.DoesNotContain("cozysessid", browser.Cookies.Keys);
        var query = QueryHelpers.ParseQuery(step.Query);
        (string, string)[] form =
        [
            ("two-factor-token", query["two_factor_token"].ToString()), ("provider-session", query["provider-session"].ToString()),
            ("two-factor-passcode", (await server.Mails.WaitForAsync(address)).Code),
        ];
        (await browser.PostAsync("/auth/twofactor", form)).Expect(200);
        (await browser.GetAsync("/auth/security")).Expect(200);
        (await LogOutThereAsync(browser, server.Provider.LogoutToken("alice", "session-of-alice"))).Expect(200);
        (await browser.GetAsync("/auth/security")).Expect(303);
    }

    [Fact]
    public async Task Where_there_are_no_passphrases_everybody_is_sent_to_the_provider()
    {
        var browser = await OwnerAsync(TestServer.ForcedContext, oidcId: "alice");
        var sent = new Uri((await browser.GetAsync("/auth/login?redirect=drive/")).Expect(303).Headers["Location"]);
        Assert.Equal("/oidc/start", sent.AbsolutePath);
        (await browser.PostAsync("/auth/login", [("passphrase", OwnerBrowser.Passphrase)])).Expect(400);
        (await browser.PostAsync("/auth/confirm", [("passphrase", OwnerBrowser.Passphrase), ("state", "s")])).Expect(400);
        Assert.True((await browser.GetAsync("/public/prelogin", null)).Expect(200).Json.GetProperty("OIDC").GetBoolean());
        var cozy = new Cozy(server, browser.Instance);
        var capabilities = (await cozy.AskAsync("GET", "/settings/capabilities", "io.cozy.settings")).Expect(200).Data.GetProperty("attributes");
        Assert.False(capabilities.GetProperty("can_auth_with_password").GetBoolean());
        Assert.True(capabilities.GetProperty("can_auth_with_oidc").GetBoolean());

        // One address for all instances, on a name that belongs to none of them.
        var start = (await browser.GetAsync(sent.PathAndQuery)).Expect(303);
        var back = await AtProviderAsync(start.Headers["Location"], "alice");
        Assert.Equal("login.example.net", back.Host);
        var on = await new OwnerBrowser(server, browser.Instance with { Domain = back.Host }).GetAsync(back.PathAndQuery);
        var login = new Uri(on.Expect(303).Headers["Location"]);
        Assert.Equal(browser.Instance.Domain, login.Authority);
        (await browser.GetAsync(login.PathAndQuery)).Expect(303);
        var home = (await browser.GetAsync("/")).Expect(200).Text;

        var csrf = home[(home.IndexOf("csrf_token\" value=\"", StringComparison.Ordinal) + "csrf_token\" value=\"".Length)..][..43];
        (await browser.SendAsync(HttpMethod.Post, "/auth/logout", new FormUrlEncodedContent([new("csrf_token", csrf)]), "text/html")).Expect(303);
        Assert.Contains("/oidc/start", (await browser.GetAsync("/auth/login")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_owner_confirms_at_the_provider_where_there_are_no_passphrases()
    {
        var browser = await OwnerAsync(TestServer.ForcedContext, oidcId: "alice");
        var sent = new Uri((await browser.GetAsync("/auth/confirm?state=pin&redirect=banks/")).Expect(303).Headers["Location"]);
        var start = (await browser.GetAsync(sent.PathAndQuery)).Expect(303);
        var back = await AtProviderAsync(start.Headers["Location"], "alice");
        var login = new Uri((await browser.GetAsync(back.PathAndQuery)).Expect(303).Headers["Location"]);
        var done = new Uri((await browser.GetAsync(login.PathAndQuery)).Expect(303).Headers["Location"]);
        var query = QueryHelpers.ParseQuery(done.Query);
        Assert.Equal(($"banks.{browser.Instance.Domain}", "pin"), (done.Authority, query["state"].ToString()));
        (await browser.GetAsync($"/auth/confirm/{query["code"]}", null)).Expect(204);
        Assert.DoesNotContain("cozysessid", browser.Cookies.Keys);
    }

    [Fact]
    public async Task Logging_out_there_ends_the_session_here_and_forged_tokens_do_not()
    {
        var browser = await OwnerAsync(TestServer.PartnerContext, oidcId: "alice");
        await SignInAsync(browser, "alice");
        var byPassphrase = await browser.Another().LoggedInAsync();
        var provider = server.Provider;
        foreach (var forged in new[]
        {
            "", "x.y.z", provider.LogoutToken("alice", "session-of-alice")[..^8] + "AAAAAAAA",
            provider.LogoutToken("alice", null, claims => claims["aud"] = "somebody else"),
            provider.LogoutToken("alice", null, claims => claims["iss"] = "https://evil.example.net/"),
            provider.LogoutToken("alice", null, claims => claims.Remove("events")),
            provider.LogoutToken("alice", null, claims => claims["nonce"] = "n"),
            provider.LogoutToken("alice", null, claims => claims["iat"] = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds()),
            provider.LogoutToken("bob", null),
        })
        {
            var status = (await LogOutThereAsync(browser, forged)).Status;
            Assert.True(status == 400, $"{forged}: {status}");
        }

        (await LogOutThereAsync(browser, provider.LogoutToken("alice", "another session"))).Expect(200);
        (await browser.GetAsync("/auth/security")).Expect(200);
        (await LogOutThereAsync(browser, provider.LogoutToken("alice", "session-of-alice"))).Expect(200);
        (await browser.GetAsync("/auth/security")).Expect(303);

        await SignInAsync(browser, "alice");
        (await LogOutThereAsync(browser, provider.LogoutToken("alice", null), $"/oidc/{TestServer.PartnerContext}/logout")).Expect(200);
        (await browser.GetAsync("/auth/security")).Expect(303);
        (await byPassphrase.GetAsync("/auth/security")).Expect(200);
    }

    private static async Task<Answer> SignInAsync(OwnerBrowser browser, string account, string query = "") =>
        await browser.GetAsync(await ReturnAsync(browser, await StartAsync(browser, query), account));

    /// <summary>Begins a sign-in; returns where the browser is sent.</summary>
    private static async Task<string> StartAsync(OwnerBrowser browser, string query = "")
    {
        var location = (await browser.GetAsync("/oidc/start" + query)).Expect(303).Headers["Location"];
        var asked = QueryHelpers.ParseQuery(new Uri(location).Query);
        Assert.Equal(("code", "S256", "openid profile"), (asked["response_type"].ToString(), asked["code_challenge_method"].ToString(), asked["scope"].ToString()));
        Assert.NotEmpty(asked["nonce"].ToString());
        return location;
    }

    /// <summary>The browser comes back from the provider; returns the last address before it is let in.</summary>
    private static async Task<string> ReturnAsync(OwnerBrowser browser, string location, string account)
    {
        var back = await AtProviderAsync(location, account);
        Assert.Equal(browser.Instance.Domain, back.Authority);
        return new Uri((await browser.GetAsync(back.PathAndQuery)).Expect(303).Headers["Location"]).PathAndQuery;
    }

    private static async Task<Uri> AtProviderAsync(string location, string account)
    {
        using var answer = await Internet.GetAsync(new Uri($"{location}&login_hint={account}"), TestContext.Current.CancellationToken);
        Assert.Equal(302, (int)answer.StatusCode);
        return answer.Headers.Location!;
    }

    private static Task<Answer> LogOutThereAsync(OwnerBrowser browser, string token, string path = "/oidc/logout") =>
        browser.SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent([new("logout_token", token)]));

    private Task<OwnerBrowser> OwnerAsync(string? context, string? oidcId = null, string? domain = null, string? email = null) =>
        OwnerBrowser.OfNewOwnerAsync(server, email, request => request with
        {
            ContextName = context,
            OidcId = oidcId,
            Domain = domain ?? request.Domain,
        });
}
