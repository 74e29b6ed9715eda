using Cozy.Grains.Auth;
using Cozy.Testing;
using Cozy.Web.Tests.Permissions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Auth.OAuth;

/// <summary>The owner says with a code from the mailbox that a client is their own application.</summary>
public sealed class CertificationTests(TestServer server)
{
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Asking = $"&code_challenge={Challenge}&code_challenge_method=S256";

    [Fact]
    public async Task A_client_may_ask_for_everything_once_the_owner_has_entered_the_code()
    {
        var address = MailCatcher.NewAddress();
        var owner = await Owner.CreateAsync(server, address);
        var (client, other) = (await owner.RegisterAsync(), await owner.RegisterAsync(Owner.Metadata("Other")));

        Assert.Contains("Is Atlas your own app?", (await owner.OpenAsync(client, "*", Asking)).Expect(200).Text, StringComparison.Ordinal);
        (await owner.AgreeAsync(client, "*", Challenge)).Expect(400);
        (await CertifyAsync(owner, client, loggedIn: false)).Expect(401);
        var token = TokenIn((await CertifyAsync(owner, client)).Expect(200).Text);
        var mail = await server.Mails.WaitForAsync(address);
        Assert.Contains("Atlas", mail.Text, StringComparison.Ordinal);

        (await CertifyAsync(owner, client, token, mail.Code == "000000" ? "111111" : "000000")).Expect(401);
        (await CertifyAsync(owner, other, token, mail.Code)).Expect(401);
        (await owner.AgreeAsync(client, "*", Challenge)).Expect(400);
        var certified = (await CertifyAsync(owner, client, token, mail.Code)).Expect(303);
        Assert.StartsWith($"http://{owner.Cozy.Instance.Domain}/auth/authorize?client_id={client.Id}&", certified.Headers["Location"], StringComparison.Ordinal);
        Assert.NotEqual(303, (await CertifyAsync(owner, client, token, mail.Code)).Status);

        Assert.Contains("Whoever has this access", (await owner.OpenAsync(client, "*", Asking)).Expect(200).Text, StringComparison.Ordinal);
        var tokens = (await owner.ExchangeAsync(client, await owner.CodeAsync(client, "*", Challenge), Verifier)).Expect(200).Json;
        (await owner.Cozy.AskWithAsync(tokens.GetProperty("access_token").GetString()!, "GET", "/settings/sessions")).Expect(200);
        Assert.Contains("Is Other your own app?", (await owner.OpenAsync(other, "*", Asking)).Expect(200).Text, StringComparison.Ordinal);

        (await owner.Cozy.AskAsync("DELETE", $"/settings/clients/{client.Id}", "io.cozy.oauth.clients")).Expect(204);
        var events = await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IAuthGrain>(owner.Cozy.Instance.Id).ListEventsAsync(10);
        Assert.Equal(
            [(SecurityEvents.ClientRevoked, "Atlas"), (SecurityEvents.ClientGranted, "Atlas"), (SecurityEvents.ClientCertified, "Atlas")],
            events.Take(3).Select(happened => (happened.Event, happened.Subject)));
    }

    [Fact]
    public async Task Codes_are_not_mailed_without_end()
    {
        var owner = await Owner.CreateAsync(server, MailCatcher.NewAddress());
        var client = await owner.RegisterAsync();
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
            statuses.Add((await CertifyAsync(owner, client)).Status);
        Assert.Equal([200, 200, 200, 429, 429], statuses);
    }

    [Fact]
    public async Task Where_no_mail_can_be_sent_nobody_may_ask_for_everything()
    {
        var owner = await Owner.CreateAsync(server);
        var client = await owner.RegisterAsync();
        Assert.Contains("Invalid scope", (await owner.OpenAsync(client, "*", Asking)).Expect(400).Text, StringComparison.Ordinal);
        (await CertifyAsync(owner, client)).Expect(400);
    }

    private static Task<Answer> CertifyAsync(Owner owner, Client client, string token = "", string code = "", bool loggedIn = true)
    {
        var csrf = owner.Cookies.Split(';')[0];
        return owner.Cozy.AskAsync("POST", "/auth/authorize/certify", null, new FormUrlEncodedContent(
        [
            new("client_id", client.Id), new("state", "st-42"), new("redirect_uri", Owner.Callback), new("scope", "*"),
            new("response_type", "code"), new("code_challenge", Challenge), new("code_challenge_method", "S256"),
            new("csrf_token", csrf.Split('=')[1]), new("token", token), new("code", code),
        ]), request =>
        {
            request.Headers.Add("Cookie", loggedIn ? owner.Cookies : csrf);
            request.Headers.Add("Accept", "text/html");
        });
    }

    private static string TokenIn(string page)
    {
        const string Before = "name=\"token\" value=\"";
        var from = page.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        return page[from..page.IndexOf('"', from)];
    }
}
