using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>What an owner does in the first minutes, on the real server with a real browser.</summary>
public sealed class FirstMinutesTests(OwnerServer server) : IClassFixture<OwnerServer>
{
    private const string Passphrase = "lantern ferry walnut";

    [Fact]
    public async Task The_link_of_the_first_start_leads_to_a_cozy_one_can_leave_and_enter()
    {
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        var page = owner.Page;
        var link = await server.FirstLinkAsync();
        var root = link.GetLeftPart(UriPartial.Authority) + "/";

        await page.GotoAsync(link.ToString());
        await Expect(page).ToHaveURLAsync(new Regex("/auth/passphrase\\?registerToken="));
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(page).ToHaveURLAsync(root);
        await Expect(page.Locator("h1")).ToHaveTextAsync("Your Cozy is ready");
        await Expect(page.Locator(".facts")).ToContainTextAsync("0\u00a0B used");

        await page.ClickAsync("text=Log out");
        await Expect(page).ToHaveURLAsync(root + "auth/login");

        await owner.TypePassphraseAsync("lantern ferry chestnut");
        await Expect(page.Locator("[data-error]")).ToHaveTextAsync("This is not the right passphrase. Please try again.");
        await Expect(page.Locator("#passphrase")).ToBeFocusedAsync();

        await owner.TypePassphraseAsync(Passphrase);
        await Expect(page).ToHaveURLAsync(root);

        // The link has done its work: whoever finds it now gets nothing.
        await using var stranger = await Visitor.ArriveAsync(server.Browser);
        await stranger.Page.GotoAsync(link.ToString());
        await Expect(stranger.Page).ToHaveURLAsync(root + "auth/login");
    }

    [Fact]
    public async Task A_wrong_link_shows_that_it_is_wrong()
    {
        var link = await server.AddInstanceAsync("wronglink");
        await using var visitor = await Visitor.ArriveAsync(server.Browser);

        await visitor.Page.GotoAsync(link.GetLeftPart(UriPartial.Path) + "?registerToken=00ff");

        await Expect(visitor.Page.Locator("[role=alert]")).ToContainTextAsync("not the right one");
    }

    [Fact]
    public async Task A_weak_choice_is_refused_before_it_is_sent()
    {
        var link = await server.AddInstanceAsync("weak");
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        var page = owner.Page;
        await page.GotoAsync(link.ToString());

        await owner.TypePassphraseAsync("short");
        await Expect(page.Locator("[data-error]")).ToContainTextAsync("at least 8 characters");

        await page.FillAsync("#hint", $"it is {Passphrase}, really");
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(page.Locator("[data-hint-message]")).ToContainTextAsync("must not contain");
        await Expect(page.Locator("[data-error]")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task The_page_tells_how_strong_a_choice_is()
    {
        var link = await server.AddInstanceAsync("strength");
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        await owner.Page.GotoAsync(link.ToString());

        foreach (var (passphrase, level, word) in new[]
        {
            ("", 0, ""),
            ("password", 1, "Easy to guess"),
            ("qwertyuiop", 1, "Easy to guess"),
            ("aaaaaaaaaaaaaaaa", 1, "Easy to guess"),
            ("7hR!x92_kQ", 3, "Good"),
            (Passphrase, 4, "Strong"),
        })
        {
            await owner.Page.FillAsync("#passphrase", passphrase);
            await Expect(owner.Page.Locator(".strength")).ToHaveAttributeAsync("data-strength", $"{level}");
            await Expect(owner.Page.Locator(".strength__word")).ToHaveTextAsync(word);
        }
    }

    [Fact]
    public async Task The_passphrase_itself_is_never_sent()
    {
        var link = await server.AddInstanceAsync("secret");
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        var sent = new List<string>();
        owner.Page.Request += (_, request) => sent.Add($"{request.Url} {request.PostData}");
        await owner.Page.GotoAsync(link.ToString());

        await owner.TypePassphraseAsync("lantern-ferry-walnut");
        await Expect(owner.Page.Locator(".facts")).ToBeVisibleAsync();

        Assert.Contains(sent, request => request.Contains("passphrase=", StringComparison.Ordinal));
        Assert.DoesNotContain(sent, request => request.Contains("walnut", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_passphrase_can_be_looked_at()
    {
        var link = await server.AddInstanceAsync("reveal");
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        var field = owner.Page.Locator("#passphrase");
        await owner.Page.GotoAsync(link.ToString());

        await owner.Page.ClickAsync("text=Show");
        await Expect(field).ToHaveAttributeAsync("type", "text");
        await Expect(field).ToBeFocusedAsync();
        await owner.Page.ClickAsync("text=Hide");
        await Expect(field).ToHaveAttributeAsync("type", "password");
    }

    [Fact]
    public async Task Without_scripts_the_page_says_what_it_needs()
    {
        var link = await server.AddInstanceAsync("noscript");
        await using var visitor = await Visitor.ArriveAsync(server.Browser, scripts: false);

        await visitor.Page.GotoAsync(link.ToString());

        await Expect(visitor.Page.Locator("noscript .notice")).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("noscript .notice")).ToContainTextAsync("needs JavaScript");
        await Expect(visitor.Page.Locator("form[data-derive] button[type=submit]")).ToBeDisabledAsync();
    }

    [Fact]
    public async Task A_login_leads_back_to_the_page_that_asked_for_it_and_to_no_other_site()
    {
        var link = await server.AddInstanceAsync("back");
        var root = link.GetLeftPart(UriPartial.Authority) + "/";
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        await owner.Page.GotoAsync(link.ToString());
        await owner.TypePassphraseAsync(Passphrase);
        await owner.Page.ClickAsync("text=Log out");

        var refused = await owner.Page.GotoAsync($"{root}auth/login?redirect={Uri.EscapeDataString("https://evil.example.com/")}");
        Assert.Equal(400, refused!.Status);

        await owner.Page.GotoAsync($"{root}auth/login?redirect={Uri.EscapeDataString($"{root}public/prelogin")}");
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(owner.Page).ToHaveURLAsync($"{root}public/prelogin");
    }
}
