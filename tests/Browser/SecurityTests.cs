using Cozy.Testing;
using Microsoft.Playwright;
using OtpNet;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>How an owner keeps others out and gets in again, on the real server with a real browser and real mail.</summary>
public sealed class SecurityTests(OwnerServer server) : IClassFixture<OwnerServer>
{
    private const string Passphrase = "lantern ferry walnut";
    private const string Another = "copper violet harbour";

    [Fact]
    public async Task An_authenticator_app_is_set_up_and_asked_at_the_next_login()
    {
        await using var owner = await MoveInAsync("totp");
        var page = owner.Page;
        await page.ClickAsync("a[href='/auth/security']");
        await page.ClickAsync("a[href='/auth/security/app']");
        var key = (await page.Locator(".key code").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        var totp = new Totp(Base32Encoding.ToBytes(key));

        await page.FillAsync("#code", "000000");
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(page.Locator("#code-error")).ToContainTextAsync("not the right code");
        await page.FillAsync("#code", totp.ComputeTotp());
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(page.Locator(".codes li")).ToHaveCountAsync(10);
        await owner.SaveScreenshotAsync("recovery-codes");
        await Accessibility.CheckAsync(page);
        var recovery = await page.Locator(".codes code").First.InnerTextAsync();
        await page.ClickAsync("a.button");
        await Expect(page.Locator(".part").Nth(1)).ToContainTextAsync("10 recovery codes are left");
        await page.GotoAsync(RootOf(page));
        await page.ClickAsync("text=Log out");

        await owner.TypePassphraseAsync(Passphrase);
        await Expect(page.Locator("h1")).ToHaveTextAsync("One more step");
        await page.FillAsync("#two-factor-passcode", "123456");
        await page.ClickAsync("#two-factor-form button");
        await Expect(page.Locator("#two-factor-passcode-error")).ToContainTextAsync("not the right code");
        await owner.SaveScreenshotAsync("code-wrong");
        await page.FillAsync("#two-factor-passcode", recovery);
        await page.CheckAsync("input[type=checkbox]");
        await page.ClickAsync("#two-factor-form button");
        await Expect(page.Locator(".facts")).ToBeVisibleAsync();

        // This device is trusted now, and another one is not.
        await page.ClickAsync("text=Log out");
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(page.Locator(".facts")).ToBeVisibleAsync();
        await using var other = await Visitor.ArriveAsync(server.Browser);
        await other.Page.GotoAsync(RootOf(page));
        await other.TypePassphraseAsync(Passphrase);
        await Expect(other.Page.Locator("h1")).ToHaveTextAsync("One more step");
    }

    [Fact]
    public async Task A_forgotten_passphrase_is_replaced_with_a_link_from_the_mailbox()
    {
        var address = MailCatcher.NewAddress();
        await using var owner = await MoveInAsync("forgetful", "--email", address);
        var root = RootOf(owner.Page);
        await using var elsewhere = await Visitor.ArriveAsync(server.Browser);
        var page = elsewhere.Page;
        await page.GotoAsync(root);
        await page.ClickAsync("text=Forgot your passphrase?");
        await page.ClickAsync("form[action='/auth/passphrase_reset'] button");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Look at your mail");
        await elsewhere.SaveScreenshotAsync("reset-sent");

        await page.GotoAsync((await server.Mails.WaitForAsync(address)).Link.AbsoluteUri);
        await elsewhere.SaveScreenshotAsync("renew");
        await Accessibility.CheckAsync(page);
        await elsewhere.TypePassphraseAsync(Another);
        await Expect(page).ToHaveURLAsync($"{root}auth/login");

        await elsewhere.TypePassphraseAsync(Passphrase);
        await Expect(page.Locator("[data-error]")).ToHaveTextAsync("This is not the right passphrase. Please try again.");
        await elsewhere.TypePassphraseAsync(Another);
        await Expect(page.Locator(".facts")).ToBeVisibleAsync();
        await owner.Page.ReloadAsync();
        await Expect(owner.Page).ToHaveURLAsync($"{root}auth/login");
    }

    [Fact]
    public async Task The_owner_logs_out_everywhere_else()
    {
        await using var owner = await MoveInAsync("everywhere");
        var root = RootOf(owner.Page);
        await using var other = await Visitor.ArriveAsync(server.Browser);
        await other.Page.GotoAsync(root);
        await other.TypePassphraseAsync(Passphrase);
        await Expect(other.Page.Locator(".facts")).ToBeVisibleAsync();

        await owner.Page.GotoAsync($"{root}auth/security");
        await Expect(owner.Page.Locator(".entries:not(.entries--plain) li")).ToHaveCountAsync(2);
        await owner.Page.ClickAsync("text=Log out everywhere else");
        await Expect(owner.Page.Locator("[role=status]")).ToContainTextAsync("Every other browser is logged out");
        await Expect(owner.Page.Locator(".entries:not(.entries--plain) li")).ToHaveCountAsync(1);
        await other.Page.ReloadAsync();
        await Expect(other.Page).ToHaveURLAsync($"{root}auth/login");
    }

    [Fact]
    public async Task The_passphrase_is_changed_by_who_knows_it()
    {
        await using var owner = await MoveInAsync("change");
        var page = owner.Page;
        var root = RootOf(page);
        await page.GotoAsync($"{root}auth/security/passphrase");
        await page.FillAsync("#current_passphrase", "something else entirely");
        await owner.TypePassphraseAsync(Another);
        await Expect(page.Locator("#current_passphrase-error")).ToContainTextAsync("not the right passphrase");
        await page.FillAsync("#current_passphrase", Passphrase);
        await owner.TypePassphraseAsync(Another);
        await Expect(page.Locator("[role=status]")).ToContainTextAsync("The passphrase is changed");

        await page.GotoAsync(root);
        await page.ClickAsync("text=Log out");
        await owner.TypePassphraseAsync(Another);
        await Expect(page.Locator(".facts")).ToBeVisibleAsync();
    }

    private static string RootOf(IPage page) => new Uri(page.Url).GetLeftPart(UriPartial.Authority) + "/";

    private async Task<Visitor> MoveInAsync(string name, params string[] options)
    {
        var link = await server.AddInstanceAsync(name, options);
        var owner = await Visitor.ArriveAsync(server.Browser);
        await owner.Page.GotoAsync(link.ToString());
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(owner.Page.Locator(".facts")).ToBeVisibleAsync();
        return owner;
    }
}
