using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>The App Center, on the real server with a real browser and the catalogue of the shipped apps.</summary>
[Collection(AppTests.Name)]
public sealed class StoreTests(OwnerServer server)
{
    [Fact]
    public async Task An_app_is_found_read_about_installed_opened_and_removed()
    {
        await using var owner = await server.MoveInAsync("shopper", apps: "home,store");
        var page = owner.Page;
        await owner.OpenAppAsync(server, "shopper", "store");
        await page.FillAsync("[type=search]", "yours");
        await page.ClickAsync(".app-card:has-text('Settings')");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Settings");
        await Expect(page.Locator("main")).ToBeFocusedAsync();
        await Expect(page.Locator(".permissions li:has-text('Your connected devices')")).ToContainTextAsync("see and delete");
        await Accessibility.CheckAsync(page);

        // Nothing happens as long as the owner has not agreed.
        await page.ClickAsync("button:has-text('Install')");
        await Expect(page.Locator("dialog .permissions li")).ToHaveCountAsync(5);
        await Accessibility.CheckAsync(page);
        await page.ClickAsync("dialog button:has-text('Not now')");
        await Expect(page.Locator("button:has-text('Install')")).ToBeFocusedAsync();

        await page.ClickAsync("button:has-text('Install')");
        await page.ClickAsync("dialog button:has-text('Allow and install')");
        await Expect(page.Locator(".toast")).ToContainTextAsync("Settings is ready");
        await Expect(page.Locator(".badge--good")).ToHaveTextAsync("Installed");
        await page.ClickAsync(".details__actions a:has-text('Open')");
        await Expect(page).ToHaveURLAsync(server.AppOf("shopper", "settings"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("Settings");

        await owner.OpenAppAsync(server, "shopper", "store", "#/myapps");
        await Expect(page.Locator(".app-card h2")).ToHaveTextAsync(["App Center", "Home", "Settings"]);
        await page.ClickAsync(".app-card:has-text('Settings')");
        await page.ClickAsync("button:has-text('Remove')");
        await page.ClickAsync("dialog button:has-text('Remove')");
        await Expect(page.Locator(".toast")).ToContainTextAsync("Settings is removed");
        await Expect(page.Locator("button:has-text('Install')")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_connector_is_installed_once_its_terms_are_agreed_to()
    {
        await using var owner = await server.MoveInAsync("traveller", apps: "home,store");
        var page = owner.Page;
        await owner.OpenAppAsync(server, "traveller", "store");
        await Expect(page.Locator(".app-card:has-text('Trains')")).ToHaveCountAsync(0);
        await page.ClickAsync(".tabs a:has-text('Connectors')");
        await page.ClickAsync(".app-card:has-text('Trains')");
        await Expect(page.Locator("main")).ToContainTextAsync("A connector has no pages");
        await page.ClickAsync("button:has-text('Install')");
        var agree = page.Locator("dialog button:has-text('Allow and install')");
        await Expect(agree).ToBeDisabledAsync();
        await Expect(page.Locator("dialog .terms a")).ToHaveAttributeAsync("href", "https://trains.example/terms");
        await page.CheckAsync("dialog .terms input");
        await Accessibility.CheckAsync(page);
        await owner.SaveScreenshotAsync("store-connector-terms");
        await agree.ClickAsync();
        await Expect(page.Locator(".badge--good")).ToHaveTextAsync("Installed");
        await Expect(page.Locator(".details__actions a")).ToHaveTextAsync("Connect an account");
        var terms = await page.EvaluateAsync<string>(Terms);
        Assert.Equal("trains-terms 2 true", terms);

        await page.ClickAsync("button:has-text('Remove')");
        await page.ClickAsync("dialog button:has-text('Remove')");
        await Expect(page.Locator("button:has-text('Install')")).ToBeVisibleAsync();
    }

    /// <summary>What the store wrote down of terms, read with its token.</summary>
    private const string Terms = """
        async () => {
          const { token, domain } = JSON.parse(document.querySelector('[data-cozy]').dataset.cozy)
          const answer = await fetch(`//${domain}/data/io.cozy.terms/_normal_docs?include_docs=true`, { credentials: 'include', headers: { Authorization: `Bearer ${token}` } })
          return (await answer.json()).rows.map(({ termsId, version, accepted }) => `${termsId} ${version} ${accepted}`).join(', ')
        }
        """;

    [Fact]
    public async Task What_one_cannot_do_without_cannot_be_removed()
    {
        await using var owner = await server.MoveInAsync("essentials", apps: "home,store");
        var page = owner.Page;
        await owner.OpenAppAsync(server, "essentials", "store", "#/discover/home");
        await Expect(page.Locator(".details__actions a")).ToHaveTextAsync(["Open"]);
        await Expect(page.Locator(".details__actions button")).ToHaveCountAsync(0);
        await owner.OpenAppAsync(server, "essentials", "store", "#/discover/nothing");
        await Expect(page.Locator("main")).ToContainTextAsync("There is no such app");
    }
}
