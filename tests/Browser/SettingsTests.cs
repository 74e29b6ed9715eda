using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>The app Settings, on the real server with a real browser.</summary>
[Collection(AppTests.Name)]
public sealed class SettingsTests(OwnerServer server)
{
    [Fact]
    public async Task The_owner_changes_name_and_language()
    {
        await using var owner = await server.MoveInAsync("renamer", options: ["--public-name", "Alice"]);
        var page = owner.Page;
        await owner.OpenAppAsync(server, "renamer", "settings");
        await page.FillAsync("text=Your name", "Alix");
        await page.ClickAsync("button:has-text('Save')");
        await Expect(page.Locator(".toast")).ToContainTextAsync("Saved");
        await page.SelectOptionAsync("text=Language", "fr");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "fr");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Paramètres");
        await Expect(page.Locator("text=Votre nom")).ToHaveValueAsync("Alix");

        await owner.OpenAppAsync(server, "renamer", "home");
        await Expect(page.Locator("h1")).ToContainTextAsync("Alix");
        await Expect(page).ToHaveTitleAsync("Accueil");
    }

    [Fact]
    public async Task The_owner_logs_other_browsers_out_and_removes_a_device()
    {
        await using var owner = await server.MoveInAsync("keeper");
        await server.AddClientAsync("keeper", "Laptop of Alice");
        await using var other = await Visitor.ArriveAsync(server.Browser);
        await other.Page.GotoAsync(server.RootOf("keeper") + "auth/login");
        await other.TypePassphraseAsync("lantern ferry walnut");
        await Expect(other.Page).Not.ToHaveURLAsync(server.RootOf("keeper") + "auth/login");
        await other.OpenAppAsync(server, "keeper", "home");

        var page = owner.Page;
        await owner.OpenAppAsync(server, "keeper", "settings");
        await Expect(page.Locator("#sessions li")).ToHaveCountAsync(2);
        await Expect(page.Locator("#sessions li").First).ToContainTextAsync("This browser");
        await page.ClickAsync("text=Log out everywhere else");
        await Expect(page.Locator("#sessions li")).ToHaveCountAsync(1);

        // The page that is still open there leads to the login with the next thing it asks.
        await other.Page.FillAsync(".todo__add input", "Still here?");
        await other.Page.Keyboard.PressAsync("Enter");
        await Expect(other.Page.Locator("#passphrase")).ToBeVisibleAsync();
        other.Forgive("WebSocket");

        await page.ClickAsync("#devices li:has-text('Laptop of Alice') button");
        await page.ClickAsync("dialog button:has-text('Remove')");
        await Expect(page.Locator("#devices")).ToContainTextAsync("No device or program has access");
    }
}
