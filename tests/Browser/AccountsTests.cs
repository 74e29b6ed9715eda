using Cozy.Testing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>The app My Accounts, on the real server with a real browser, a real connector and the site it fetches from.</summary>
[Collection(AppTests.Name)]
public sealed class AccountsTests(OwnerServer server)
{
    /// <summary>Most that the JavaScript of the first screen may weigh, compressed.</summary>
    private const int MostScript = 60_000;

    private const string Apps = "home,store,drive,accounts";
    private const string Scope = "io.cozy.konnectors io.cozy.accounts io.cozy.triggers io.cozy.bills";
    private const string Scripts = """
        performance.getEntriesByType('resource').filter(entry => entry.name.endsWith('.js')).reduce((sum, entry) => sum + entry.encodedBodySize, 0)
        """;

    [Fact]
    public async Task An_account_is_connected_its_failure_is_told_in_words_mended_and_disconnected()
    {
        using var shop = await SampleShop.OpenAsync();
        await using var owner = await server.MoveInAsync("customer", Apps);
        using var cozy = await server.ClientAsync("customer", Scope);
        await shop.InstallAsync(cozy, TestContext.Current.CancellationToken);
        var page = owner.Page;
        await owner.OpenAppAsync(server, "customer", "accounts");
        Assert.InRange(await page.EvaluateAsync<int>(Scripts), 1, MostScript);
        await Expect(page.Locator(".state")).ToContainTextAsync("No account is connected yet");
        await page.ClickAsync(".account-row:has-text('Sample shop')");
        await page.ClickAsync("button:has-text('Connect')");
        await Expect(page.Locator("[role=alert]")).ToHaveTextAsync(["This is needed", "This is needed"]);
        await Expect(page.GetByLabel("User name")).ToBeFocusedAsync();

        // The wrong password: it runs, and then says what was wrong.
        var entrance = new TaskCompletionSource();
        shop.Patience = entrance.Task;
        await page.GetByLabel("User name").FillAsync("eve");
        await page.GetByLabel("Password").FillAsync("wrong");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".account__state [role=progressbar]")).ToBeVisibleAsync();
        await Expect(page.Locator("button:has-text('Fetch now')")).ToBeDisabledAsync();
        entrance.SetResult();
        await Expect(page.Locator(".account__state")).ToContainTextAsync("The user name or password is wrong");
        Assert.Equal(1, shop.Logins);
        await Accessibility.CheckAsync(page);

        // Another name needs the password again; the right one is taken.
        await page.ClickAsync(".account__state button:has-text('Change how it signs in')");
        await Expect(page.GetByLabel("User name")).ToHaveValueAsync("eve");
        await page.GetByLabel("User name").FillAsync("adam");
        await page.ClickAsync("button:has-text('Save and try')");
        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("Write the password too");
        await page.GetByLabel("User name").FillAsync("eve");
        await page.GetByLabel("Password").FillAsync(SampleShop.Password);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".account__state")).ToContainTextAsync("All fetched");
        var accounts = await cozy.JsonAsync(HttpMethod.Get, "/data/io.cozy.accounts/_all_docs?include_docs=true", null, TestContext.Current.CancellationToken);
        Assert.DoesNotContain($"\"password\":\"{SampleShop.Password}\"", accounts.GetRawText(), StringComparison.Ordinal);

        // Once more, by hand; what was fetched is in Files.
        entrance = new TaskCompletionSource();
        shop.Patience = entrance.Task;
        await page.ClickAsync("button:has-text('Fetch now')");
        await Expect(page.Locator(".toast >> nth=-1")).ToContainTextAsync("It has begun");
        await Expect(page.Locator(".account__state [role=progressbar]")).ToBeVisibleAsync();
        entrance.SetResult();
        await Expect(page.Locator(".account__state")).ToContainTextAsync("All fetched");
        Assert.Equal(3, shop.Logins);
        await page.ClickAsync("a:has-text('Open its folder')");
        await Expect(page.Locator("text=2026-01-31_sample.pdf").First).ToBeVisibleAsync();

        await owner.OpenAppAsync(server, "customer", "accounts");
        await page.ClickAsync(".account-row:has-text('Last fetched')");
        await page.ClickAsync("button:has-text('Disconnect')");
        await Expect(page.Locator("dialog h2")).ToHaveTextAsync("Disconnect Sample shop?");
        await page.ClickAsync("dialog button:has-text('Disconnect')");
        await Expect(page.Locator(".state")).ToContainTextAsync("No account is connected yet");
        while ((await cozy.JsonAsync(HttpMethod.Get, "/jobs/triggers?Worker=konnector", null, TestContext.Current.CancellationToken)).GetProperty("data").GetArrayLength() > 0)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        owner.Forgive("404");
    }

    [Theory]
    [InlineData("en", ColorScheme.Light, 1280)]
    [InlineData("fr", ColorScheme.Dark, 360)]
    public async Task My_accounts_is_accessible_and_fits(string language, ColorScheme scheme, int width)
    {
        var name = $"accounts-{language}-{scheme}-{width}".ToLowerInvariant();
        await using var owner = await server.MoveInAsync(name, Apps, new() { Width = width, Height = 740 }, scheme, "--locale", language);
        var page = owner.Page;
        await owner.OpenAppAsync(server, name, "accounts");
        await JudgeAsync(owner, $"{name}-none");
        using var cozy = await server.ClientAsync(name, Scope);
        await cozy.JsonAsync(HttpMethod.Post, "/konnectors/trains?Source=registry://trains", null, TestContext.Current.CancellationToken);
        await Expect(page.Locator(".account-row")).ToBeVisibleAsync();
        await page.ClickAsync(".account-row");
        await JudgeAsync(owner, $"{name}-form");
        await page.FillAsync("form input", "eve");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".account__line")).ToBeVisibleAsync();
        await JudgeAsync(owner, $"{name}-account");
        await page.ClickAsync(".account__back");
        await Expect(page.Locator(".account-row")).ToHaveCountAsync(2);
        await JudgeAsync(owner, $"{name}-list");
        owner.Forgive("404");
    }

    private static async Task JudgeAsync(Visitor visitor, string name)
    {
        await visitor.SaveScreenshotAsync(name);
        Assert.True(
            await visitor.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            $"{name}: the page is wider than the window.");
        await Accessibility.CheckAsync(visitor.Page);
    }
}
