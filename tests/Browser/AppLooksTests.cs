using System.Globalization;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>
/// The shipped apps in both languages, by day and by night, on a phone and on a desk: they are accessible, nothing sticks
/// out, and they are light. The pictures in <c>screenshots</c> are for people to look at.
/// </summary>
public sealed class AppLooksTests(OwnerServer server) : IClassFixture<OwnerServer>
{
    /// <summary>Most that the JavaScript of an app's first screen may weigh, compressed. What the apps are allowed by the project's aims is 220 KB.</summary>
    private const int MostScript = 60_000;

    /// <summary>What a page has loaded of scripts, as it came over the wire.</summary>
    private const string Scripts = """
        performance.getEntriesByType('resource').filter(entry => entry.initiatorType === 'script' || entry.name.endsWith('.js'))
          .map(entry => [entry.encodedBodySize, entry.decodedBodySize])
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

    [Theory]
    [InlineData("home")]
    [InlineData("store")]
    [InlineData("settings")]
    public async Task The_first_screen_is_light_and_the_second_is_lighter(string slug)
    {
        var name = $"light{slug}";
        await using var owner = await server.MoveInAsync(name);
        await owner.OpenAppAsync(server, name, slug);
        var loaded = await owner.Page.EvaluateAsync<int[][]>(Scripts);
        Assert.NotEmpty(loaded);
        var compressed = loaded.Sum(size => size[0]);
        Assert.InRange(compressed, 1, MostScript);
        Assert.True(compressed < loaded.Sum(size => size[1]), "the scripts are not compressed");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{slug}: {compressed} bytes of JavaScript"));

        // What has a hash in its name is not asked for again.
        await owner.OpenAppAsync(server, name, "home");
        await owner.OpenAppAsync(server, name, slug);
        Assert.All(
            await owner.Page.EvaluateAsync<int[]>(
                "performance.getEntriesByType('resource').filter(entry => /assets\\/.*\\.(js|css)$/.test(entry.name)).map(entry => entry.transferSize)"),
            size => Assert.Equal(0, size));
    }
}
