using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Cozy.Grains.Auth;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Instances;
using Cozy.Grains.OAuth;
using Cozy.Testing;
using Cozy.Web.Tests.Apps;
using Cozy.Web.Tests.Auth.OAuth;
using Cozy.Web.Tests.Permissions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Auth.Flagship;

public sealed partial class FlagshipTests(TestServer server, AppArchives archives)
{
    [Fact]
    public async Task A_session_code_opens_one_session_in_an_app()
    {
        var browser = await OwnerBrowser.OfNewOwnerAsync(server);
        var cozy = new Cozy(server, browser.Instance);
        (await cozy.AskAsync("POST", $"/apps/mini?Source={Uri.EscapeDataString(archives.OfferMini())}", "io.cozy.apps")).Expect(202);
        await AppTests.UntilAsync(cozy, "mini", state => state == "ready");
        var code = await CodeAsync(cozy);

        var entered = await OpenAppAsync(cozy, $"/?session_code={code}&a=1%202");
        Assert.Equal($"http://mini.{cozy.Instance.Domain}/?a=1%202", entered.Expect(303).Headers["Location"]);
        Assert.Matches($"cozysessid=[^;]+; domain={cozy.Instance.Domain};", entered.Headers["Set-Cookie"]);
        (await OpenAppAsync(cozy, "/", SessionOf(entered))).Expect(200);
        (await OpenAppAsync(cozy, $"/?session_code={code}")).Expect(302);

        // Whoever is logged in needs none, but it is used up all the same.
        var other = await CodeAsync(cozy);
        (await OpenAppAsync(cozy, $"/?session_code={other}", SessionOf(entered))).Expect(200);
        (await OpenAppAsync(cozy, $"/?session_code={other}")).Expect(302);
    }

    [Fact]
    public async Task A_session_code_lets_the_owner_see_what_a_client_asks_for()
    {
        var owner = await Owner.CreateAsync(server);
        var client = await owner.RegisterAsync();
        var code = await CodeAsync(owner.Cozy);
        var entered = (await owner.OpenAsync(client, "io.cozy.files:GET", $"&session_code={code}", loggedIn: false)).Expect(303);
        var target = new Uri(entered.Headers["Location"]);
        Assert.Equal("/auth/authorize", target.AbsolutePath);
        Assert.DoesNotContain("session_code", target.Query, StringComparison.Ordinal);
        var page = await owner.Cozy.AskAsync("GET", target.PathAndQuery, change: request =>
        {
            request.Headers.Add("Accept", "text/html");
            request.Headers.Add("Cookie", SessionOf(entered));
        });
        Assert.Contains("Atlas", page.Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_codes_are_for_the_owner_alone()
    {
        var address = MailCatcher.NewAddress();
        var browser = await OwnerBrowser.OfNewOwnerAsync(server, address);
        var cozy = new Cozy(server, browser.Instance);
        (await cozy.AskAsync("POST", "/auth/session_code")).Expect(401);
        foreach (var scope in new[] { "io.cozy.files", "io.cozy.apps.suggestions.*", "*:GET" })
            (await cozy.AskAsync("POST", "/auth/session_code", scope)).Expect(401);
        (await cozy.AskAsync("POST", "/auth/session_code", null, Cozy.Json("""{"passphrase":"wrong"}"""))).Expect(401);
        (await cozy.AskAsync("POST", "/auth/session_code", null, Cozy.Json("[]"))).Expect(400);
        (await cozy.AskAsync("POST", "/auth/session_code", null, Cozy.Json("""{"passphrase":"derived"}"""))).Expect(201);

        await ModifyAsync(cozy, new InstancePatch { AuthMode = 1 });
        var asked = (await cozy.AskAsync("POST", "/auth/session_code", null, Cozy.Json("""{"passphrase":"derived"}"""))).Expect(403).Json;
        Assert.Equal("two factor needed", asked.GetProperty("error").GetString());
        var body = new
        {
            passphrase = "derived",
            two_factor_token = asked.GetProperty("two_factor_token").GetString(),
            two_factor_passcode = (await server.Mails.WaitForAsync(address)).Code,
        };
        (await cozy.AskAsync("POST", "/auth/session_code", null, Cozy.Json(System.Text.Json.JsonSerializer.Serialize(body)))).Expect(201);
    }

    [Fact]
    public async Task A_session_code_is_good_once_whoever_tries_at_the_same_time_and_kept_as_a_hash()
    {
        var cozy = new Cozy(server, (await OwnerBrowser.OfNewOwnerAsync(server)).Instance);
        var grains = server.Services.GetRequiredService<IGrainFactory>();
        var code = await CodeAsync(cozy);
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
        Assert.NotNull(await grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(cozy.Instance.Id, "io.cozy.sessions.codes")).ReadAsync(name));
        (await cozy.AskAsync("GET", "/data/io.cozy.sessions.codes/_all_docs", "*")).Expect(403);

        var codes = grains.GetGrain<ISessionCodeGrain>(cozy.Instance.Id);
        foreach (var wrong in new[] { "", "x", new string('a', 32), code + "a", code[..^1] + "/" })
            Assert.Null(await codes.RedeemCodeAsync(wrong, new SessionRequest(false, false, Visitor.Nobody)));
        var twice = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => codes.RedeemCodeAsync(code, new SessionRequest(false, false, Visitor.Nobody))));
        Assert.Single(twice, session => session is not null);
    }

    [Fact]
    public async Task A_token_for_a_connector_is_given_to_what_may_do_everything()
    {
        var cozy = await server.CreateInstanceAsync();
        var source = archives.Offer(
            ("package/manifest.konnector", """{"name":"Trains","slug":"trains","version":"1.0.0","type":"konnector","permissions":{"a":{"type":"io.cozy.accounts","verbs":["GET"]}}}"""),
            ("package/index.js", "console.log('trains')"));
        (await cozy.AskAsync("POST", $"/konnectors/trains?Source={Uri.EscapeDataString(source)}", "io.cozy.konnectors")).Expect(202);
        while ((await cozy.AskAsync("GET", "/konnectors/trains", "*")).Expect(200).Data.GetProperty("attributes").GetProperty("state").GetString() != "ready")
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        var token = (await cozy.AskAsync("POST", "/auth/tokens/konnectors/trains", "*")).Expect(201).Json.GetString()!;
        (await cozy.AskWithAsync(token, "GET", "/data/io.cozy.accounts/_all_docs")).Expect(404);
        (await cozy.AskWithAsync(token, "GET", "/data/io.cozy.contacts/_all_docs")).Expect(403);
        (await cozy.AskAsync("POST", "/auth/tokens/konnectors/planes", "*")).Expect(404);
        (await cozy.AskAsync("POST", "/auth/tokens/konnectors/trains", "io.cozy.konnectors")).Expect(403);
        (await cozy.AskAsync("POST", "/auth/tokens/konnectors/trains", "*:GET")).Expect(403);
    }

    [Fact]
    public async Task A_certified_client_logs_in_with_the_passphrase()
    {
        var owner = await Owner.CreateAsync(server);
        var client = await owner.RegisterAsync();
        Task<Answer> LogInAsync(string passphrase, string? secret = null) => owner.Cozy.AskAsync(
            "POST", "/auth/login/flagship", null,
            Cozy.Json($$"""{"client_id":"{{client.Id}}","client_secret":"{{secret ?? client.Secret}}","passphrase":"{{passphrase}}"}"""));

        Assert.Equal("invalid client_secret", (await LogInAsync("derived", "x")).Expect(400).Json.GetProperty("error").GetString());
        (await LogInAsync("wrong")).Expect(401);
        Assert.Equal(32, (await LogInAsync("derived")).Expect(202).Json.GetProperty("session_code").GetString()!.Length);

        var clients = server.Services.GetRequiredService<IGrainFactory>().GetGrain<IOAuthGrain>(owner.Cozy.Instance.Id);
        await clients.UpdateAsync((await clients.FindAsync(client.Id))! with { IsFlagship = true }, false);
        var tokens = (await LogInAsync("derived")).Expect(200).Json;
        Assert.Equal(("bearer", "*"), (tokens.GetProperty("token_type").GetString(), tokens.GetProperty("scope").GetString()));
        (await owner.Cozy.AskWithAsync(tokens.GetProperty("access_token").GetString()!, "GET", "/files/io.cozy.files.root-dir")).Expect(200);
        (await owner.RefreshAsync(client, tokens.GetProperty("refresh_token").GetString())).Expect(200);
    }

    [Fact]
    public async Task The_first_passphrase_is_chosen_in_a_client()
    {
        var cozy = await server.CreateInstanceAsync();
        var registered = (await cozy.AskAsync("POST", "/auth/register", null, Cozy.Json(Owner.Metadata("Atlas")),
            request => request.Headers.Accept.ParseAdd("application/json"))).Expect(201).Json;
        var (id, secret) = (registered.GetProperty("client_id").GetString()!, registered.GetProperty("client_secret").GetString()!);
        Task<Answer> ChooseAsync(string secret, string token, int iterations = 650000) => cozy.AskAsync(
            "POST", "/settings/passphrase/flagship", null, Cozy.Json(
                $$"""{"client_id":"{{id}}","client_secret":"{{secret}}","register_token":"{{token}}","passphrase":"derived","iterations":{{iterations}},"hint":"the leaf"}"""));
        var token = Convert.ToHexStringLower(cozy.Instance.RegisterToken.Span);

        Assert.Equal("invalid client_secret", (await ChooseAsync("x", token)).Expect(400).Json.GetProperty("error").GetString());
        (await ChooseAsync(secret, new string('0', token.Length))).Expect(400);
        (await ChooseAsync(secret, token, 10)).Expect(422);
        Assert.Equal(32, (await ChooseAsync(secret, token)).Expect(202).Json.GetProperty("session_code").GetString()!.Length);
        (await ChooseAsync(secret, token)).Expect(400);
        (await cozy.AskAsync("GET", "/settings/hint", "io.cozy.settings")).Expect(204);
    }

    private static async Task<string> CodeAsync(Cozy cozy) =>
        (await cozy.AskAsync("POST", "/auth/session_code", "*")).Expect(201).Json.GetProperty("session_code").GetString()!;

    private static string SessionOf(Answer entered) => SessionCookie().Match(entered.Headers["Set-Cookie"]).Value;

    private static Task<Answer> OpenAppAsync(Cozy cozy, string target, string? cookie = null) => cozy.AskAsync("GET", target, change: request =>
    {
        request.Headers.Host = $"mini.{cozy.Instance.Domain}";
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
    });

    private Task<Instance> ModifyAsync(Cozy cozy, InstancePatch patch) =>
        server.Services.GetRequiredService<IGrainFactory>().GetGrain<IInstanceGrain>(cozy.Instance.Id).ModifyAsync(patch);

    [GeneratedRegex("cozysessid=[^;]+")]
    private static partial Regex SessionCookie();
}
