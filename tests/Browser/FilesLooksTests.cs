using Cozy.Testing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>
/// The app Files by day and by night, on a phone and on a desk, in both languages: it is accessible, nothing sticks out,
/// and it is light. The pictures in <c>screenshots</c> are for people to look at.
/// </summary>
[Collection(AppTests.Name)]
public sealed class FilesLooksTests(OwnerServer server)
{
    /// <summary>Most that the JavaScript of the first screen may weigh, compressed.</summary>
    private const int MostScript = 60_000;

    private const string Scripts = """
        performance.getEntriesByType('resource').filter(entry => entry.name.endsWith('.js')).reduce((sum, entry) => sum + entry.encodedBodySize, 0)
        """;

    [Theory]
    [InlineData("en", ColorScheme.Light, 1280)]
    [InlineData("fr", ColorScheme.Dark, 360)]
    public async Task Files_is_accessible_and_fits(string language, ColorScheme scheme, int width)
    {
        var name = $"files-{language}-{scheme}-{width}".ToLowerInvariant();
        await using var owner = await server.MoveInAsync(
            name, "drive", new() { Width = width, Height = 740 }, scheme, "--locale", language, "--disk-quota", "5GB");
        var page = owner.Page;
        await owner.OpenFilesAsync(server, name);
        Assert.InRange(await page.EvaluateAsync<int>(Scripts), 1, MostScript);
        await Expect(page.Items()).ToHaveCountAsync(2);
        await page.NewMenuAsync();
        await (await page.RunAndWaitForFileChooserAsync(() => page.Locator("[role=menuitem]").First.ClickAsync())).SetFilesAsync(
        [
            .. await page.PhotosAsync("A photo with a name that is much too long for any window.jpg", "Lake.jpg"),
            new() { Name = "List.md", MimeType = "text/markdown", Buffer = "# List\n\n- [ ] one\n- [x] two\n\n| a | b |\n|---|---|\n| c | d |\n"u8.ToArray() },
        ]);
        await Expect(page.Locator(".uploads__done")).ToHaveCountAsync(3);
        await JudgeAsync(owner, $"{name}-uploaded");
        await page.ClickAsync(".uploads__head button >> nth=1");

        await page.Item("Lake.jpg").Locator(".item__more button").ClickAsync();
        await JudgeAsync(owner, $"{name}-menu");
        await page.Keyboard.PressAsync("Escape");
        await page.ClickAsync(".place__tools > button");
        await Expect(page.Locator(".item--card")).ToHaveCountAsync(5);
        await page.Item("Lake.jpg").HoverAsync();
        await page.Item("Lake.jpg").Locator("input").CheckAsync();
        await JudgeAsync(owner, $"{name}-grid");
        await page.Keyboard.PressAsync("Escape");

        foreach (var (file, shown) in new[] { ("Lake.jpg", ".image img"), ("List.md", ".markdown table") })
        {
            await page.Item(file).Locator("a").ClickAsync();
            await Expect(page.Locator(shown)).ToBeVisibleAsync();
            await JudgeAsync(owner, $"{name}-{file}");
            await page.Keyboard.PressAsync("Escape");
        }

        await page.Item("List.md").Locator(".item__more button").ClickAsync();
        await page.Locator("[role=menuitem] >> nth=1").ClickAsync();
        await page.ClickAsync("dialog button[type=submit]");
        await Expect(page.Locator(".link")).ToBeVisibleAsync();
        await JudgeAsync(owner, $"{name}-share");
        await page.Keyboard.PressAsync("Escape");

        foreach (var place in new[] { "recent", "favorites", "sharings", "trash", "search?q=la" })
        {
            await page.GotoAsync($"{server.AppOf(name, "drive")}#/{place}");
            await Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
            await JudgeAsync(owner, $"{name}-{place.Split('?')[0]}");
        }
    }

    private static async Task JudgeAsync(Visitor visitor, string name)
    {
        await visitor.Page.ScreenshotAsync(new() { Path = RepositoryFolder.Under("tests", "Browser", "screenshots", name + ".png") });
        Assert.True(
            await visitor.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            $"{name}: the page is wider than the window.");
        await Accessibility.CheckAsync(visitor.Page);
    }
}
