using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>
/// The shipped apps in both languages, by day and by night, on a phone and on a desk: they are accessible, nothing sticks
/// out, and they are light. The pictures in <c>screenshots</c> are for people to look at.
/// </summary>
[Collection(AppTests.Name)]
public sealed class AppLooksTests(OwnerServer server)
{
    /// <summary>Most that the JavaScript of an app's first screen may weigh, compressed. What the apps are allowed by the project's aims is 220 KB.</summary>
    private const int MostScript = 60_000;

    /// <summary>What a page has loaded of scripts, as it came over the wire.</summary>
    private const string Scripts = """
        performance.getEntriesByType('resource').filter(entry => entry.initiatorType === 'script' || entry.name.endsWith('.js'))
          .map(entry => [entry.encodedBodySize, entry.decodedBodySize])
        """;

    /// <summary>How much of each script and stylesheet came over the wire; nothing when the browser still had it.</summary>
    private const string Fetched = """
        performance.getEntriesByType('resource').filter(entry => /assets\/.*\.(js|css)$/.test(entry.name)).map(entry => entry.transferSize)
        """;

    [Theory]
    [InlineData("en", ColorScheme.Light, 1280)]
    [InlineData("en", ColorScheme.Dark, 320)]
    [InlineData("fr", ColorScheme.Light, 320)]
    [InlineData("fr", ColorScheme.Dark, 1280)]
    public async Task Apps_are_accessible_and_fit(string language, ColorScheme scheme, int width)
    {
        var look = $"{language}-{scheme}-{width}".ToLowerInvariant();
        await using var owner = await server.MoveInAsync(
            look, size: new() { Width = width, Height = 740 }, scheme: scheme, options: ["--locale", language, "--disk-quota", "5GB"]);
        foreach (var (slug, hash) in new[] { ("home", ""), ("store", ""), ("store", "#/myapps"), ("store", "#/discover/settings"), ("settings", "") })
        {
            await owner.OpenAppAsync(server, look, slug, hash);
            var name = $"{slug}{hash.Replace("#", "", StringComparison.Ordinal).Replace('/', '-')}-{look}";
            await owner.SaveScreenshotAsync(name);
            await Expect(owner.Page.Locator("html")).ToHaveAttributeAsync("lang", language);
            Assert.True(
                await owner.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                $"{name}: the page is wider than the window.");
            await Accessibility.CheckAsync(owner.Page);
        }
    }

    [Fact]
    public async Task The_first_screens_are_light_and_nothing_is_fetched_twice()
    {
        await using var owner = await server.MoveInAsync("light");
        string[] slugs = ["home", "store", "settings"];
        foreach (var slug in slugs)
        {
            await owner.OpenAppAsync(server, "light", slug);
            var loaded = await owner.Page.EvaluateAsync<int[][]>(Scripts);
            var compressed = loaded.Sum(size => size[0]);
            Assert.InRange(compressed, 1, MostScript);
            Assert.True(compressed < loaded.Sum(size => size[1]), $"{slug}: the scripts are not compressed");
        }

        foreach (var slug in slugs)
        {
            await owner.OpenAppAsync(server, "light", slug);
            var fetched = await owner.Page.EvaluateAsync<int[]>(Fetched);
            Assert.NotEmpty(fetched);
            Assert.All(fetched, size => Assert.Equal(0, size));
        }
    }
}
