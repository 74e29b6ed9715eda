using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>
/// Every page in both languages, by day and by night, on a phone and on a desk: it is accessible and nothing sticks
/// out. The pictures in <c>screenshots</c> are for people to look at.
/// </summary>
public sealed class LooksTests(OwnerServer server) : IClassFixture<OwnerServer>
{
    private const string Passphrase = "lantern ferry walnut";

    public static TheoryData<string, ColorScheme, int> Looks { get; } = new MatrixTheoryData<string, ColorScheme, int>(
        ["en", "fr"], [ColorScheme.Light, ColorScheme.Dark], [320, 1280]);

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Pages_are_accessible_and_fit(string language, ColorScheme scheme, int width)
    {
        var look = $"{language}-{scheme}-{width}".ToLowerInvariant();
        var link = await server.AddInstanceAsync(
            look, "--locale", language, "--public-name", "Camille", "--email", "camille@example.net", "--disk-quota", "5GB");
        var root = link.GetLeftPart(UriPartial.Authority) + "/";
        var size = new ViewportSize { Width = width, Height = 860 };
        await using var owner = await Visitor.ArriveAsync(server.Browser, size, scheme);
        var page = owner.Page;

        await page.GotoAsync(root);
        await JudgeAsync(owner, $"unfinished-{look}", language);

        await page.GotoAsync(link.ToString());
        await JudgeAsync(owner, $"choose-{look}", language);
        await page.FillAsync("#hint", Passphrase);
        await owner.TypePassphraseAsync(Passphrase);
        await JudgeAsync(owner, $"choose-wrong-{look}", language);
        await page.FillAsync("#hint", "");
        await owner.TypePassphraseAsync(Passphrase);

        await Expect(page.Locator("progress")).ToBeVisibleAsync();
        await JudgeAsync(owner, $"welcome-{look}", language);
        await page.ClickAsync("form[action='/auth/logout'] button");

        await Expect(page).ToHaveURLAsync($"{root}auth/login");
        await JudgeAsync(owner, $"login-{look}", language);
        await owner.TypePassphraseAsync("wrong wrong wrong");
        await Expect(page.Locator("[data-error]")).Not.ToBeEmptyAsync();
        await JudgeAsync(owner, $"login-wrong-{look}", language);
        await page.ClickAsync(".aside a");
        await JudgeAsync(owner, $"reset-{look}", language);
        await page.GotoAsync($"{root}auth/twofactor?two_factor_token=x&redirect={Uri.EscapeDataString(root)}");
        await JudgeAsync(owner, $"code-{look}", language);
        await page.GotoAsync($"{root}auth/login?redirect={Uri.EscapeDataString($"{root}auth/security")}");
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(page.Locator("h2")).ToHaveCountAsync(4);
        await JudgeAsync(owner, $"security-{look}", language);
        await page.GotoAsync($"{root}auth/security/passphrase");
        await JudgeAsync(owner, $"change-{look}", language);
        await page.GotoAsync($"{root}auth/security/app");
        await JudgeAsync(owner, $"app-{look}", language);
        await page.GotoAsync($"{root}auth/security/off");
        await JudgeAsync(owner, $"off-{look}", language);

        using var device = await Device.RegisterAsync(server, look, "Donaudampfschifffahrtsgesellschaftskapitän");
        await page.GotoAsync(device.AskFor("io.cozy.files:GET io.cozy.contacts io.cozy.bank.*:GET,POST:x org.example.averylongnamewithnotasingleblankinit:DELETE"));
        await Expect(page.Locator("form.choices")).ToBeVisibleAsync();
        await JudgeAsync(owner, $"consent-{look}", language);
        await page.GotoAsync(device.AskFor("*"));
        await Expect(page.Locator("form[action='/auth/authorize/certify'] button")).ToBeVisibleAsync();
        await JudgeAsync(owner, $"certify-{look}", language);
        await page.ClickAsync("form[action='/auth/authorize/certify'] button");
        await Expect(page.Locator("#code")).ToBeVisibleAsync();
        await page.FillAsync("#code", "000000");
        await page.ClickAsync("form[action='/auth/authorize/certify'] button");
        await Expect(page.Locator("#code-error")).Not.ToBeEmptyAsync();
        await JudgeAsync(owner, $"certify-wrong-{look}", language);
        await page.GotoAsync(device.AskFor(":"));
        await JudgeAsync(owner, $"consent-refused-{look}", language);
        await page.GotoAsync($"{root}auth/confirm?state=x&redirect={Uri.EscapeDataString(root)}");
        await JudgeAsync(owner, $"confirm-{look}", language);

        await page.GotoAsync($"{root}auth/login?redirect=foo");
        await JudgeAsync(owner, $"error-{look}", language);
    }

    private static async Task JudgeAsync(Visitor visitor, string name, string language)
    {
        await visitor.SaveScreenshotAsync(name);
        await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", language);
        Assert.True(
            await visitor.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            $"{name}: the page is wider than the window.");
        await Accessibility.CheckAsync(visitor.Page);
    }
}
