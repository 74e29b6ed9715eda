using System.Net;
using Cozy.Testing;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>A program asks the owner for access, on the real server with a real browser.</summary>
public sealed class ConsentTests(OwnerServer server) : IClassFixture<OwnerServer>
{
    private const string Passphrase = "lantern ferry walnut";
    private const string Scope = "io.cozy.files:GET io.cozy.contacts io.cozy.settings:GET:io.cozy.settings.instance";

    [Fact]
    public async Task The_owner_logs_in_sees_what_is_asked_for_and_lets_the_program_in()
    {
        await server.AddReadyInstanceAsync("agree", "--passphrase", Passphrase);
        using var device = await Device.RegisterAsync(server, "agree");
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        var page = owner.Page;

        await page.GotoAsync(device.AskFor(Scope));
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(page.Locator("h1")).ToContainTextAsync("Atlas for the desk");
        var facts = page.Locator(".facts > div");
        await Expect(facts).ToHaveCountAsync(3);
        await Expect(facts.Nth(0)).ToContainTextAsync("Files");
        await Expect(facts.Nth(0)).ToContainTextAsync("read only");
        await Expect(facts.Nth(1)).ToContainTextAsync("Contacts");
        await Expect(page.Locator("main")).Not.ToContainTextAsync("io.cozy");

        var returning = device.BrowserReturnsAsync();
        await page.ClickAsync("form.choices button");
        var brought = await returning;
        await Expect(page.Locator("h1")).ToHaveTextAsync("Back at Atlas");
        Assert.Equal(("st-42", server.RootOf("agree")), (brought("state"), brought("iss")));

        using var atlas = await device.ConnectAsync(brought("code")!);
        using var files = await atlas.SendAsync(HttpMethod.Get, "/files/io.cozy.files.root-dir", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, files.StatusCode);
        using var upload = await atlas.SendAsync(
            HttpMethod.Post, "/files/io.cozy.files.root-dir?Type=directory&Name=x", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, upload.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => device.ConnectAsync(brought("code")!));
    }

    [Fact]
    public async Task An_owner_who_refuses_gives_nothing_away()
    {
        await server.AddReadyInstanceAsync("refuse", "--passphrase", Passphrase);
        using var device = await Device.RegisterAsync(server, "refuse");
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        await owner.Page.GotoAsync(device.AskFor(Scope));
        await owner.TypePassphraseAsync(Passphrase);

        var returning = device.BrowserReturnsAsync();
        await owner.Page.ClickAsync("form.choices a");
        var brought = await returning;
        Assert.Equal(("access_denied", "st-42", server.RootOf("refuse")), (brought("error"), brought("state"), brought("iss")));
        Assert.Null(brought("code") ?? brought("access_code"));
    }
}
