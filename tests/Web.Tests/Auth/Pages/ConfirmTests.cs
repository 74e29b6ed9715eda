using Cozy.Grains.Instances;
using Cozy.Testing;
using Cozy.Web.Auth.Tokens;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Auth.Pages;

public sealed class ConfirmTests(TestServer server)
{
    private const string State = "51814f30-5818";

    [Fact]
    public async Task The_owner_confirms_with_the_passphrase_and_the_app_can_check_it()
    {
        var browser = await OwnerBrowser.OfNewOwnerAsync(server);
        var target = $"http://banks.{browser.Instance.Domain}/pin?a=1#x";
        var page = (await browser.GetAsync($"/auth/confirm?state={State}&redirect={Uri.EscapeDataString(target)}")).Expect(200);
        Assert.Contains($"name=\"state\" value=\"{State}\"", page.Text, StringComparison.Ordinal);
        Assert.Contains($"data-salt=\"me@{browser.Instance.Domain}\"", page.Text, StringComparison.Ordinal);

        var token = new TokenIssuer(TimeProvider.System).Issue(browser.Instance, TokenAudience.CommandLine, null, "io.cozy.bank:GET");
        using var socket = await RealtimeClient.ConnectAsync(
            server.Address, browser.Instance.Domain, token, cancellationToken: TestContext.Current.CancellationToken);
        await socket.SubscribeAsync("io.cozy.auth.confirmations", cancellationToken: TestContext.Current.CancellationToken);

        (string, string)[] form = [("state", State), ("redirect", target)];
        Assert.Equal(
            "The password you entered is incorrect, please try again.",
            (await browser.PostAsync("/auth/confirm", [.. form, ("passphrase", "wrong")])).Expect(401).Json.GetProperty("error").GetString());
        Assert.Contains("confirm-form", (await browser.PostAsync("/auth/confirm", [.. form, ("passphrase", "wrong")], "text/html")).Expect(401).Text, StringComparison.Ordinal);

        var back = new Uri((await browser.PostAsync("/auth/confirm", [.. form, ("passphrase", OwnerBrowser.Passphrase)], "text/html")).Expect(303).Headers["Location"]);
        var query = QueryHelpers.ParseQuery(back.Query);
        Assert.Equal($"http://banks.{browser.Instance.Domain}/pin", back.GetLeftPart(UriPartial.Path));
        Assert.Equal(("1", State, "#x"), (query["a"].ToString(), query["state"].ToString(), back.Fragment));
        Assert.DoesNotContain("cozysessid", browser.Cookies.Keys);

        for (var i = 0; i < 2; i++)
            (await browser.GetAsync($"/auth/confirm/{query["code"]}", null)).Expect(204);
        var told = (await socket.NextAsync(TestContext.Current.CancellationToken))!.Value;
        Assert.Equal("CREATED", told.GetProperty("event").GetString());
        Assert.Equal(State, told.GetProperty("payload").GetProperty("id").GetString());
        Assert.Equal("io.cozy.auth.confirmations", told.GetProperty("payload").GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_code_is_nobody_elses_and_cannot_be_made_up()
    {
        var (browser, other) = (await OwnerBrowser.OfNewOwnerAsync(server), await OwnerBrowser.OfNewOwnerAsync(server));
        var answer = await browser.PostAsync("/auth/confirm", [("state", State), ("passphrase", OwnerBrowser.Passphrase)]);
        var back = new Uri(answer.Expect(200).Json.GetProperty("redirect").GetString()!);
        Assert.Equal($"http://{browser.Instance.Domain}/", back.GetLeftPart(UriPartial.Path));
        var code = QueryHelpers.ParseQuery(back.Query)["code"].ToString();
        (await browser.GetAsync($"/auth/confirm/{code}", null)).Expect(204);
        (await other.GetAsync($"/auth/confirm/{code}", null)).Expect(401);
        foreach (var wrong in new[] { "123456", code[..^2] + "AA", new string('A', 200) })
            Assert.Equal("invalid code", (await browser.GetAsync($"/auth/confirm/{wrong}", null)).Expect(401).Json.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?redirect=home/")]
    [InlineData("?state=")]
    [InlineData("?state=s&redirect=https%3A%2F%2Fevil.example.net%2F")]
    [InlineData("?state=s&redirect=javascript%3Aalert(1)")]
    public async Task What_cannot_be_confirmed_is_refused(string query)
    {
        var browser = await OwnerBrowser.OfNewOwnerAsync(server);
        (await browser.GetAsync("/auth/confirm" + query)).Expect(400);
        var fields = QueryHelpers.ParseQuery(query).Select(pair => (pair.Key, pair.Value.ToString())).ToArray();
        (await browser.PostAsync("/auth/confirm", [.. fields, ("passphrase", OwnerBrowser.Passphrase)])).Expect(400);
    }

    [Fact]
    public async Task A_site_that_the_operator_allows_gets_the_browser_back()
    {
        var browser = await OwnerBrowser.OfNewOwnerAsync(server);
        var target = Uri.EscapeDataString($"https://{TestServer.ConfirmationHost}/done");
        var page = (await browser.GetAsync($"/auth/confirm?state=s&redirect={target}")).Expect(200);
        Assert.Contains($"https://{TestServer.ConfirmationHost}", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        var plain = Uri.EscapeDataString($"http://{TestServer.ConfirmationHost}/done");
        (await browser.GetAsync($"/auth/confirm?state=s&redirect={plain}")).Expect(400);
    }

    [Fact]
    public async Task An_owner_with_a_second_factor_shows_it_too()
    {
        var address = MailCatcher.NewAddress();
        var browser = await OwnerBrowser.OfNewOwnerAsync(server, address);
        await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IInstanceGrain>(browser.Instance.Id)
            .ModifyAsync(new InstancePatch { AuthMode = 1 });
        var answer = await browser.PostAsync("/auth/confirm", [("state", State), ("passphrase", OwnerBrowser.Passphrase), ("redirect", "banks/")]);
        var step = new Uri(answer.Expect(200).Json.GetProperty("redirect").GetString()!);
        var query = QueryHelpers.ParseQuery(step.Query);
        Assert.Equal(("/auth/twofactor", "true", State), (step.AbsolutePath, query["confirm"].ToString(), query["state"].ToString()));
        Assert.Contains("name=\"confirm\" value=\"true\"", (await browser.GetAsync(step.PathAndQuery)).Expect(200).Text, StringComparison.Ordinal);

        var code = (await server.Mails.WaitForAsync(address)).Code;
        (string, string)[] form =
        [
            ("two-factor-token", query["two_factor_token"].ToString()), ("confirm", "true"), ("state", State), ("redirect", query["redirect"].ToString()),
        ];
        (await browser.PostAsync("/auth/twofactor", [.. form, ("two-factor-passcode", code == "000000" ? "000001" : "000000")])).Expect(401);
        var back = (await browser.PostAsync("/auth/twofactor", [.. form, ("two-factor-passcode", code)], "text/html")).Expect(303).Headers["Location"];
        Assert.StartsWith($"http://banks.{browser.Instance.Domain}/?code=", back, StringComparison.Ordinal);
        Assert.DoesNotContain("cozysessid", browser.Cookies.Keys);
    }
}
