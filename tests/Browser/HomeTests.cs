using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>The app Home, on the real server with a real browser.</summary>
[Collection(AppTests.Name)]
public sealed class HomeTests(OwnerServer server)
{
    /// <summary>Uploads a text with the token of the page, as another device would.</summary>
    private const string Upload = """
        async name => {
          const { token, domain } = JSON.parse(document.querySelector('[data-cozy]').dataset.cozy);
          const answer = await fetch(`//${domain}/files/io.cozy.files.root-dir?Type=file&Name=${encodeURIComponent(name)}`, {
            method: 'POST', credentials: 'include', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'text/plain' }, body: 'hello' });
          return answer.status;
        }
        """;

    [Fact]
    public async Task The_first_link_leads_to_a_passphrase_and_then_home()
    {
        var link = await server.AddInstanceAsync("fresh", "--apps", "home,store,settings", "--public-name", "Alice");
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        await owner.Page.GotoAsync(link.ToString());
        await owner.TypePassphraseAsync("lantern ferry walnut");
        await Expect(owner.Page).ToHaveURLAsync(server.AppOf("fresh", "home"));
        await Expect(owner.Page.Locator("h1")).ToContainTextAsync("Alice");
        await owner.Page.ClickAsync("text=Add apps");
        await Expect(owner.Page.Locator(".app-card h2")).Not.ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Home_shows_the_apps_and_files_and_keeps_what_there_is_to_do()
    {
        await using var owner = await server.MoveInAsync("athome", options: ["--public-name", "Alice"]);
        var page = owner.Page;
        await owner.OpenAppAsync(server, "athome", "home");
        await Expect(page.Locator("h1")).ToContainTextAsync("Alice");
        await Expect(page).ToHaveTitleAsync("Home");
        await Expect(page.Locator(".tile__name")).ToHaveTextAsync(["Settings", "Add apps"]);

        // A file that arrives from elsewhere is there without a reload.
        Assert.Equal(201, await page.EvaluateAsync<int>(Upload, "Letter to Zoé.txt"));
        await Expect(page.Locator(".row .clip")).ToHaveTextAsync(["Letter to Zoé.txt"]);

        await page.FillAsync(".todo__add input", "Water the plants");
        await page.Keyboard.PressAsync("Enter");
        await page.FillAsync(".todo__add input", "Buy oat milk");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".todo")).ToHaveTextAsync(["Water the plants", "Buy oat milk"]);
        await page.CheckAsync("text=Water the plants");
        await Expect(page.Locator(".todo")).ToHaveTextAsync(["Buy oat milk", "Water the plants"]);
        await Expect(page.Locator(".widget .soft:has-text('All done')")).ToHaveCountAsync(0);
        await page.ReloadAsync();
        await Expect(page.Locator(".todo--done")).ToHaveTextAsync(["Water the plants"]);
        await page.ClickAsync("[aria-label='Remove “Water the plants”']");
        await Expect(page.Locator(".todo")).ToHaveTextAsync(["Buy oat milk"]);
    }

    [Fact]
    public async Task Search_finds_apps_and_files_with_the_keyboard_alone()
    {
        await using var owner = await server.MoveInAsync("searching");
        var page = owner.Page;
        await owner.OpenAppAsync(server, "searching", "home");
        Assert.Equal(201, await page.EvaluateAsync<int>(Upload, "Set list (final).txt"));
        Assert.Equal(201, await page.EvaluateAsync<int>(Upload, "Other.txt"));

        await page.FocusAsync("[role=combobox]");
        await page.Keyboard.TypeAsync("SET");
        await Expect(page.Locator("[role=option] .clip")).ToHaveTextAsync(["Settings", "Set list (final).txt"]);
        await Accessibility.CheckAsync(page);
        await page.FillAsync("[role=combobox]", "(final)");
        await Expect(page.Locator("[role=option] .clip")).ToHaveTextAsync(["Set list (final).txt"]);
        await page.FillAsync("[role=combobox]", "nowhere");
        await Expect(page.Locator("[role=option]")).ToHaveTextAsync("Nothing has this name");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[role=listbox]")).ToHaveCountAsync(0);

        await page.Keyboard.TypeAsync("set");
        await Expect(page.Locator("[role=option]")).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(server.AppOf("searching", "settings"));
    }

    [Fact]
    public async Task What_the_owner_chooses_is_there_in_every_app_and_window()
    {
        await using var owner = await server.MoveInAsync("chooser");
        var page = owner.Page;
        await owner.OpenAppAsync(server, "chooser", "home");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync(server.AppOf("chooser", "settings"));
        await Expect(other.Locator("html")).ToHaveAttributeAsync("data-accent", "ember");

        await page.ClickAsync("[aria-label=Customise]");
        await Expect(page.Locator("dialog")).ToBeVisibleAsync();
        await Accessibility.CheckAsync(page);
        await page.ClickAsync(".scene:has-text('Sea')");
        await page.ClickAsync("[data-colour=plum]");
        await page.UncheckAsync("dialog label:has-text('Storage')");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog")).ToHaveCountAsync(0);
        await Expect(page.Locator("[aria-label=Customise]")).ToBeFocusedAsync();
        await Expect(page.Locator(".widget")).ToHaveCountAsync(2);

        await Expect(other.Locator("html")).ToHaveAttributeAsync("data-accent", "plum");
        await page.ReloadAsync();
        await Expect(page.Locator(".wallpaper--sea")).ToBeVisibleAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-accent", "plum");
        await Expect(page.Locator(".widget")).ToHaveCountAsync(2);
        await other.CloseAsync();
    }

    [Fact]
    public async Task A_picture_of_ones_own_becomes_the_wallpaper()
    {
        await using var owner = await server.MoveInAsync("painter");
        var page = owner.Page;
        await owner.OpenAppAsync(server, "painter", "home");
        await page.ClickAsync("[aria-label=Customise]");
        await page.SetInputFilesAsync("input[type=file]", Svg("mine.txt", "text/plain"));
        await Expect(page.Locator(".toast")).ToContainTextAsync("not a picture");

        foreach (var colour in new[] { "teal", "gold" })
        {
            await page.SetInputFilesAsync("input[type=file]", Svg($"{colour}.svg", "image/svg+xml", colour));
            await Expect(page.Locator(".wallpaper--own img")).ToBeVisibleAsync();
            await Expect(page.Locator("text=Another picture")).ToBeEnabledAsync();
        }

        await page.Keyboard.PressAsync("Escape");
        await page.ReloadAsync();
        await Expect(page.Locator(".wallpaper--own img")).ToBeVisibleAsync();
        Assert.True(await page.Locator(".wallpaper--own img").EvaluateAsync<bool>("async image => { await image.decode(); return image.naturalWidth > 0 }"));
    }

    [Fact]
    public async Task Notifications_come_live_are_new_until_seen_and_lead_to_who_sent_them()
    {
        await using var owner = await server.MoveInAsync("notified", apps: "home,settings");
        var page = owner.Page;
        using var teller = AppFolder.Write(
            "teller", """ "told":{"type":"io.cozy.notifications"}},"notifications":{"news":{"description":"What is new"} """, "", "");
        await server.InstallAsync(new Uri(server.RootOf("notified")), teller);
        using var app = await server.AppClientAsync("notified", "teller");
        Task TellAsync(string title) => app.JsonAsync(
            HttpMethod.Post, "/notifications", $$$$"""{"data":{"attributes":{"category":"news","title":"{{{{title}}}}","message":"Look at it"}}}""", TestContext.Current.CancellationToken);

        await owner.OpenAppAsync(server, "notified", "home");
        var bell = page.Locator(".bell button");
        await Expect(bell).ToHaveAttributeAsync("aria-label", "Notifications");
        await TellAsync("The first <b>one</b>");
        await Expect(bell).ToHaveAttributeAsync("aria-label", "Notifications, 1 new");
        await TellAsync("The second one");
        await Expect(bell).ToHaveAttributeAsync("aria-label", "Notifications, 2 new");
        await Expect(page.Locator("[role=status]:has-text('New notification: The second one')")).ToHaveCountAsync(1);

        await bell.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".notification strong")).ToHaveTextAsync(["New The second one", "New The first <b>one</b>"]);
        await Expect(page.Locator(".notification").First).ToHaveAttributeAsync("href", server.AppOf("notified", "teller"));
        await Accessibility.CheckAsync(page);
        await owner.SaveScreenshotAsync("notifications");
        await page.Keyboard.PressAsync("Escape");
        await Expect(bell).ToBeFocusedAsync();
        await Expect(bell).ToHaveAttributeAsync("aria-label", "Notifications");

        // Seen is seen, also after a reload and in another window.
        await page.ReloadAsync();
        await Expect(bell).ToHaveAttributeAsync("aria-label", "Notifications");
        await bell.ClickAsync();
        await Expect(page.Locator(".notification strong")).ToHaveTextAsync(["The second one", "The first <b>one</b>"]);
    }

    [Fact]
    public async Task Without_a_network_the_page_stays_and_says_so()
    {
        await using var owner = await server.MoveInAsync("offline");
        var page = owner.Page;
        await owner.OpenAppAsync(server, "offline", "home");
        await page.Context.SetOfflineAsync(true);
        await Expect(page.Locator(".offline")).ToContainTextAsync("Offline");
        await page.FillAsync(".todo__add input", "Not now");
        await page.ClickAsync(".todo__add button");
        await Expect(page.Locator(".toast--error")).ToContainTextAsync("You are offline");
        await Expect(page.Locator(".widget")).ToHaveCountAsync(3);

        await page.Context.SetOfflineAsync(false);
        await Expect(page.Locator(".offline")).ToBeEmptyAsync();
        owner.Forgive("WebSocket");
    }

    [Fact]
    public async Task The_menus_work_with_the_keyboard_and_lead_out()
    {
        await using var owner = await server.MoveInAsync("keyboard");
        var page = owner.Page;
        await owner.OpenAppAsync(server, "keyboard", "home");
        await page.ClickAsync("button[aria-label=Apps]");
        await Expect(page.Locator(".switcher a")).ToHaveTextAsync(["App Center", "Home", "Settings"]);
        await Accessibility.CheckAsync(page);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".switcher")).ToHaveCountAsync(0);
        await Expect(page.Locator("button[aria-label=Apps]")).ToBeFocusedAsync();

        await page.ClickAsync("[aria-label='Your account']");
        await page.CheckAsync("input[value=dark]");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-scheme", "dark");
        await Accessibility.CheckAsync(page);
        await page.ClickAsync("text=Log out");
        await Expect(page).ToHaveURLAsync($"{server.RootOf("keyboard")}auth/login");
        await page.GotoAsync(server.AppOf("keyboard", "home"));
        await Expect(page.Locator("#passphrase")).ToBeVisibleAsync();
    }

    private static FilePayload Svg(string name, string type, string colour = "red") => new()
    {
        Name = name,
        MimeType = type,
        Buffer = System.Text.Encoding.UTF8.GetBytes(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"><rect width=\"8\" height=\"8\" fill=\"{colour}\"/></svg>"),
    };
}
