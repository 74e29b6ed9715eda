using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>The app Contacts, on the real server with a real browser.</summary>
[Collection(AppTests.Name)]
public sealed class ContactsTests(OwnerServer server)
{
    /// <summary>Most that the JavaScript of the first screen may weigh, compressed.</summary>
    private const int MostScript = 60_000;

    private const string Scripts = """
        performance.getEntriesByType('resource').filter(entry => entry.name.endsWith('.js')).reduce((sum, entry) => sum + entry.encodedBodySize, 0)
        """;

    private const string Cards =
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Curie;Marie;;;\r\nFN:Marie Curie\r\nEMAIL;TYPE=work:marie@example.net\r\nEND:VCARD\r\n"
        + "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Lovelace\r\nN:Lovelace;Ada;;;\r\nTEL;TYPE=cell:+44 20 7946 0000\r\nEND:VCARD\r\n";

    [Fact]
    public async Task Contacts_are_taken_in_written_grouped_found_given_out_and_deleted_and_another_window_sees_it()
    {
        await using var owner = await server.MoveInAsync("networker", apps: "home,contacts");
        var page = owner.Page;
        await owner.OpenAppAsync(server, "networker", "contacts");
        Assert.InRange(await page.EvaluateAsync<int>(Scripts), 1, MostScript);
        await Expect(page.Locator(".state")).ToContainTextAsync("No contacts yet");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync(server.AppOf("networker", "contacts"));
        await Expect(other.Locator(".state")).ToContainTextAsync("No contacts yet");

        // Twice the same file: nobody is there twice.
        foreach (var told in new[] { "2 contacts were added", "0 added, 2 were there already" })
        {
            var chooser = await page.RunAndWaitForFileChooserAsync(() => MenuAsync(page, "Import"));
            await chooser.SetFilesAsync(new FilePayload { Name = "people.vcf", MimeType = "text/vcard", Buffer = System.Text.Encoding.UTF8.GetBytes(Cards) });
            await Expect(page.Locator(".toast >> nth=-1")).ToContainTextAsync(told);
            await Names(other).ToHaveTextAsync(["Marie Curie", "Ada Lovelace"]);
        }

        await page.ClickAsync(".groups button:has-text('New group')");
        await page.FillAsync("dialog input", "Stars");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".chip[aria-current]")).ToHaveTextAsync("Stars");
        await page.ClickAsync(".book__tools a");
        await page.ClickAsync("button:has-text('Save')");
        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("Write a name");
        await page.GetByLabel("First name").FillAsync("Zoé");
        await page.GetByLabel("Last name").FillAsync("Abbé");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Mail" }).FillAsync("not a mail address");
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = "Stars" })).ToBeCheckedAsync();
        await page.ClickAsync("button:has-text('Save')");
        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("no mail address");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Mail" }).FillAsync("zoe@example.net");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Zoé Abbé");
        await Expect(page.Locator(".contact__groups")).ToHaveTextAsync("Stars");
        await Names(page).ToHaveTextAsync(["Zoé Abbé"]);
        await Names(other).ToHaveTextAsync(["Zoé Abbé", "Marie Curie", "Ada Lovelace"]);

        await other.FillAsync("[type=search]", "zoe abb");
        await Names(other).ToHaveTextAsync(["Zoé Abbé"]);
        await other.FillAsync("[type=search]", "4420");
        await Names(other).ToHaveTextAsync(["Ada Lovelace"]);
        await other.FillAsync("[type=search]", "nobody");
        await Expect(other.Locator(".state")).ToContainTextAsync("Nobody fits");
        await other.FillAsync("[type=search]", "");

        // By the keyboard alone.
        await other.Locator(".person a").First.FocusAsync();
        await other.Keyboard.PressAsync("ArrowDown");
        await Expect(other.Locator(".person a >> nth=1")).ToBeFocusedAsync();
        await other.Keyboard.PressAsync("Enter");
        await Expect(other.Locator("h1")).ToHaveTextAsync("Marie Curie");
        var kept = await other.RunAndWaitForDownloadAsync(() => other.ClickAsync("article button:has-text('Export')"));
        Assert.Contains("EMAIL;TYPE=WORK;TYPE=PREF:marie@example.net", await File.ReadAllTextAsync(await kept.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await page.ClickAsync("article button:has-text('Delete')");
        await Expect(page.Locator("dialog h2")).ToHaveTextAsync("Delete Zoé Abbé?");
        await page.ClickAsync("dialog button:has-text('Delete')");
        await Expect(page.Locator(".state")).ToContainTextAsync("Nobody is in this group yet");
        await Names(other).ToHaveTextAsync(["Marie Curie", "Ada Lovelace"]);
        await MenuAsync(page, "Delete the group", "nav.groups");
        await page.ClickAsync("dialog button:has-text('Delete')");
        await Expect(other.Locator("nav.groups .chip")).ToHaveTextAsync(["All contacts"]);
    }

    [Theory]
    [InlineData("en", ColorScheme.Light, 1280)]
    [InlineData("fr", ColorScheme.Dark, 360)]
    public async Task Contacts_is_accessible_and_fits(string language, ColorScheme scheme, int width)
    {
        var name = $"contacts-{language}-{scheme}-{width}".ToLowerInvariant();
        await using var owner = await server.MoveInAsync(name, "home,contacts", new() { Width = width, Height = 740 }, scheme, "--locale", language);
        var page = owner.Page;
        await owner.OpenAppAsync(server, name, "contacts");
        await JudgeAsync(owner, $"{name}-empty");
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.ClickAsync(".state button"));
        await chooser.SetFilesAsync(new FilePayload { Name = "people.vcf", MimeType = "text/vcard", Buffer = System.Text.Encoding.UTF8.GetBytes(Cards) });
        await Expect(page.Locator(".person")).ToHaveCountAsync(2);
        await JudgeAsync(owner, $"{name}-list");
        await page.ClickAsync(".person a >> nth=0");
        await Expect(page.Locator(".contact__head")).ToBeVisibleAsync();
        await JudgeAsync(owner, $"{name}-one");
        await page.ClickAsync(".contact__actions a[href$='/edit']");
        await Expect(page.Locator("form.contact")).ToBeVisibleAsync();
        await page.Locator("fieldset.several >> nth=2").Locator("button").Last.ClickAsync();
        await JudgeAsync(owner, $"{name}-form");
    }

    private static ILocatorAssertions Names(IPage page) => Expect(page.Locator(".person__name"));

    private static async Task MenuAsync(IPage page, string command, string of = ".book__tools")
    {
        await page.ClickAsync($"{of} [aria-haspopup=menu]");
        await page.ClickAsync($"[role=menuitem]:has-text('{command}')");
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
