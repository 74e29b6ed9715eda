using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>Friends without an account, and clients that ask for access, as a person meets them.</summary>
public sealed class LinkTests(OwnerServer server) : IClassFixture<OwnerServer>
{
    private const string Passphrase = "lantern ferry walnut";
    private const string Loaded = "() => [...document.images].length === 2 && [...document.images].every(image => image.complete && image.naturalWidth > 0)";

    [Fact]
    public async Task A_friend_sees_the_photos_of_an_album_until_the_link_is_taken_back()
    {
        var folder = Directory.CreateTempSubdirectory("cozy-gallery-");
        try
        {
            var album = await SharedAlbum.CreateAsync(server.Server, "friends", folder);
            var (address, id) = await album.ShareAsync();
            await using var friend = await Visitor.ArriveAsync(server.Browser);
            await friend.Page.GotoAsync(address);
            await friend.Page.WaitForFunctionAsync(Loaded);
            await Expect(friend.Page.Locator("h1")).ToHaveTextAsync("Holidays");
            await Expect(friend.Page.Locator("img[alt^=passport]")).ToHaveCountAsync(0);

            await album.RevokeAsync(id);
            await using var late = await Visitor.ArriveAsync(server.Browser);
            await late.Page.GotoAsync(address);
            await Expect(late.Page.Locator("main")).ToHaveTextAsync("This link leads nowhere.");

            var (locked, _) = await album.ShareAsync(""","password":"swordfish" """);
            await using var other = await Visitor.ArriveAsync(server.Browser);
            var page = other.Page;
            await page.GotoAsync(locked);
            await Expect(page.Locator("h1")).ToHaveTextAsync("Shared with you");
            await other.SaveScreenshotAsync("link-password");
            await Accessibility.CheckAsync(page);
            await page.FillAsync("#password", "tuna");
            await page.ClickAsync("button[type=submit]");
            await Expect(page.Locator("#password-error")).ToContainTextAsync("not the right password");
            await Accessibility.CheckAsync(page);
            await page.FillAsync("#password", "swordfish");
            await page.ClickAsync("button[type=submit]");
            await Expect(page).ToHaveURLAsync(locked);
            await page.WaitForFunctionAsync(Loaded);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_owner_reads_what_a_client_asks_for_refuses_and_agrees()
    {
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        var page = owner.Page;
        var link = await server.AddInstanceAsync("consent");
        var root = link.GetLeftPart(UriPartial.Authority);
        await page.GotoAsync(link.AbsoluteUri);
        await owner.TypePassphraseAsync(Passphrase);
        await page.WaitForURLAsync(url => !url.Contains("/auth/", StringComparison.Ordinal) && !url.Contains("registerToken", StringComparison.Ordinal));
        await page.GotoAsync($"{root}/auth/security");

        // The page asks: names below localhost are this machine for browsers, and not for every program.
        var client = await page.EvaluateAsync<string>(
            """
            async () => (await (await fetch('/auth/register', {
              method: 'POST', headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
              body: JSON.stringify({ redirect_uris: ['https://atlas.example.net/oauth'], client_name: 'Atlas', software_id: 'github.com/example/atlas' })
            })).json()).client_id
            """);
        await page.RouteAsync("https://atlas.example.net/**", route => route.FulfillAsync(new() { Body = "back at Atlas" }));
        var asked = $"{root}/auth/authorize?client_id={client}&redirect_uri={Uri.EscapeDataString("https://atlas.example.net/oauth")}"
            + $"&state=st-42&response_type=code&scope={Uri.EscapeDataString("io.cozy.files:GET io.cozy.contacts")}";

        await page.GotoAsync(asked);
        await Expect(page.Locator("h1")).ToContainTextAsync("Atlas");
        await Expect(page.Locator(".facts > div")).ToHaveCountAsync(2);
        await Expect(page.Locator("form")).Not.ToContainTextAsync("io.cozy");
        await owner.SaveScreenshotAsync("consent");
        await Accessibility.CheckAsync(page);
        await page.ClickAsync("a.button--quiet");
        await page.WaitForURLAsync(url => url.Contains("error=access_denied", StringComparison.Ordinal) && url.Contains("state=st-42", StringComparison.Ordinal));

        await page.GotoAsync(asked);
        await page.ClickAsync("form.choices button");
        await page.WaitForURLAsync(url => url.StartsWith("https://atlas.example.net/oauth?", StringComparison.Ordinal)
            && url.Contains("access_code=", StringComparison.Ordinal) && url.Contains("state=st-42", StringComparison.Ordinal));
    }
}
