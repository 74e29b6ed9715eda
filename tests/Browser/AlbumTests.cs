using Cozy.Testing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>An owner shares an album by link; friends have no account. On the real server with real browsers.</summary>
public sealed class AlbumTests(OwnerServer server) : IClassFixture<OwnerServer>
{
    private const string Passphrase = "lantern ferry walnut";
    private const string Permissions = """ "files":{"type":"io.cozy.files"},"albums":{"type":"io.cozy.photos.albums"} """;

    private const string Body = """
        <h1>Photos</h1>
        <form hidden><input type="file" multiple aria-label="Photos"><input name="name" aria-label="Name"><input name="password" aria-label="Password">
        <input name="until" aria-label="Until"><button>Share</button></form><ul></ul><main data-state="empty"></main>
        """;

    /// <summary>What a friend's page gets when it asks with its code for what the link does not give.</summary>
    private const string Attempts = """
        async ids => {
          const { domain, token } = JSON.parse(document.querySelector('[role=application]').dataset.cozy)
          const statuses = []
          for (const [method, path] of [
            ['GET', `/files/${ids.other}`], ['GET', `/files/download/${ids.other}`], ['GET', '/files/io.cozy.files.root-dir'],
            ['GET', '/data/io.cozy.photos.albums/_all_docs'], ['DELETE', `/files/${ids.own}`],
            ['POST', '/files/io.cozy.files.root-dir?Type=file&Name=mine.png'], ['POST', '/permissions?codes=more']
          ]) {
            const answer = await fetch(`//${domain}${path}`, { method, credentials: 'include', headers: { Authorization: `Bearer ${token}` } })
            statuses.push(answer.status)
          }
          return statuses
        }
        """;

    [Fact]
    public async Task Friends_see_the_chosen_photos_and_strangers_nothing()
    {
        using var app = AppFolder.Write("photos", Permissions, Body, await AppFolder.BundleAsync("AlbumApp/app.js"), isPublic: true);
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        var page = owner.Page;
        var link = await server.AddInstanceAsync("album");
        await server.InstallAsync(link, app);
        await page.GotoAsync(link.ToString());
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(page.Locator(".facts")).ToBeVisibleAsync();

        await page.GotoAsync(server.AppOf("album", "photos"));
        await page.SetInputFilesAsync("[type=file]", [Photo("beach.png", 90), Photo("harbour.png", 60), Photo("passport.png", 30)]);
        await Expect(page.Locator("figure")).ToHaveCountAsync(3);
        await page.CheckAsync("[name='beach.png']");
        await page.CheckAsync("[name='harbour.png']");
        var other = await page.GetAttributeAsync("label:has([name='passport.png']) figure", "data-id");

        var open = await ShareAsync(page, "Holidays");
        var locked = await ShareAsync(page, "Weekend", password: "sand and sea", until: "2099-05-31T00:00:00Z");
        var ended = await ShareAsync(page, "Yesterday", until: "2001-01-02T03:04:05Z");

        await using var friend = await Visitor.ArriveAsync(server.Browser);
        await friend.Page.GotoAsync(open);
        await SeesAsync(friend.Page, "Holidays", "beach.png", "harbour.png");
        var own = await friend.Page.Locator("figure").First.GetAttributeAsync("data-id");
        Assert.All(await friend.Page.EvaluateAsync<int[]>(Attempts, new { own, other }), status => Assert.Equal(403, status));

        // Each with a window of their own: who knew the password before must not count.
        await using var knowing = await Visitor.ArriveAsync(server.Browser);
        await knowing.Page.GotoAsync(locked);
        await Expect(knowing.Page.Locator("h1")).ToHaveTextAsync("Shared with you");
        await knowing.SaveScreenshotAsync("share-password");
        await Accessibility.CheckAsync(knowing.Page);

        // The judge fetches the styles of another origin to read them, which the page's policy does not let anybody do.
        knowing.Forgive("/assets/styles/");
        await knowing.Page.FillAsync("[name=password]", "sand and see");
        await knowing.Page.ClickAsync("button[type=submit]");
        await Expect(knowing.Page.Locator("[role=alert]")).ToHaveTextAsync("This is not the right password. Please try again.");
        await knowing.Page.FillAsync("[name=password]", "sand and sea");
        await knowing.Page.ClickAsync("button[type=submit]");
        await SeesAsync(knowing.Page, "Weekend", "beach.png", "harbour.png");

        await using var stranger = await Visitor.ArriveAsync(server.Browser);
        foreach (var address in new[] { ended, open[..^12] + "guessedCode1" })
        {
            await stranger.Page.GotoAsync(address);
            await SeesNothingAsync(stranger.Page);
        }

        foreach (var name in new[] { "Holidays", "Weekend" })
        {
            await page.ClickAsync($"text=Revoke {name}");
            await Expect(page.Locator($"li:has-text('{name}')")).ToHaveCountAsync(0);
        }

        foreach (var (visitor, address) in new[] { (friend, open), (knowing, locked), (stranger, open) })
        {
            await visitor.Page.GotoAsync(address);
            await SeesNothingAsync(visitor.Page);
        }
    }

    private static FilePayload Photo(string name, int height) =>
        new() { Name = name, MimeType = "image/png", Buffer = SampleImages.Png(120, height) };

    /// <summary>The owner makes an album of the chosen photos, and a link to it.</summary>
    private static async Task<string> ShareAsync(IPage page, string name, string password = "", string until = "")
    {
        await page.FillAsync("[name=name]", name);
        await page.FillAsync("[name=password]", password);
        await page.FillAsync("[name=until]", until);
        await page.ClickAsync("text=Share");
        var anchor = page.Locator($"a:has-text('{name}')");
        await Expect(anchor).ToBeVisibleAsync();
        return (await anchor.GetAttributeAsync("href"))!;
    }

    /// <summary>The page shows the album, these photos with their thumbnails, and no others.</summary>
    private static async Task SeesAsync(IPage page, string album, params string[] names)
    {
        await Expect(page.Locator("main")).ToHaveAttributeAsync("data-state", "shown");
        await Expect(page.Locator("h1")).ToHaveTextAsync(album);
        Assert.Equal(names, (await page.Locator("figcaption").AllTextContentsAsync()).Order());
        await page.WaitForFunctionAsync($"[...document.images].filter(image => image.naturalWidth > 0).length === {names.Length}");
    }

    private static async Task SeesNothingAsync(IPage page)
    {
        await Expect(page.Locator("main")).ToHaveAttributeAsync("data-state", "refused 401");
        await Expect(page.Locator("figure")).ToHaveCountAsync(0);
    }
}
