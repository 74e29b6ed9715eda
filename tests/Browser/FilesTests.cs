using System.IO.Compression;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>The app Files, on the real server with a real browser: what its owner does.</summary>
[Collection(AppTests.Name)]
public sealed class FilesTests(OwnerServer server)
{
    [Fact]
    public async Task Photos_are_uploaded_put_into_a_folder_and_shared_by_a_link_with_a_password()
    {
        await using var owner = await server.MoveInAsync("photos", "drive", options: ["--public-name", "Alice"]);
        var page = owner.Page;
        await owner.OpenFilesAsync(server, "photos");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync(server.AppOf("photos", "drive"));
        await Expect(other.Locator("h1")).ToHaveTextAsync("Files");

        await page.UploadAsync(await page.PhotosAsync("Beach.jpg", "Forest.jpg", "Summit.jpg"));
        await Expect(page.Locator(".uploads h2")).ToHaveTextAsync("3 items uploaded");
        await page.CloseUploadsAsync();
        foreach (var window in new[] { page, other })
            await window.Items().ShowsAsync("Administrative", "Photos", "Beach.jpg", "Forest.jpg", "Summit.jpg");

        await page.NewAsync("New folder");
        await page.FillAsync("dialog input", "Photos");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("dialog [role=alert]")).ToHaveTextAsync("There is something with this name already.");
        await page.FillAsync("dialog input", "Summer");
        await page.Keyboard.PressAsync("Enter");
        await Expect(other.Item("Summer")).ToBeVisibleAsync();

        await page.Item("Beach.jpg").Locator("input").CheckAsync();
        await page.Item("Summit.jpg").Locator("a").ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Expect(page.Locator(".picked__count")).ToHaveTextAsync("3 selected");
        await page.ClickAsync(".picked [aria-label='Move']");
        await page.ClickAsync("dialog li:has-text('Summer') button");
        await page.ClickAsync("dialog button:has-text('Move here')");
        foreach (var window in new[] { page, other })
            await window.Items().ShowsAsync("Administrative", "Photos", "Summer");

        await page.ChooseAsync("Summer", "Share");
        await page.FillAsync("dialog input[type=password]", "sand and sea");
        await page.FillAsync("dialog input[type=date]", "2099-05-31");
        await page.ClickAsync("dialog button:has-text('Create a link')");
        await Expect(page.Locator(".link__facts")).ToContainTextAsync("2099");
        var link = await page.InputValueAsync(".link__address");

        await using var stranger = await Visitor.ArriveAsync(server.Browser);
        var guest = stranger.Page;
        await guest.GotoAsync(link);
        await guest.FillAsync("[name=password]", "sand and see");
        await guest.ClickAsync("button[type=submit]");
        await Expect(guest.Locator("[role=alert]")).Not.ToBeEmptyAsync();
        await guest.FillAsync("[name=password]", "sand and sea");
        await guest.ClickAsync("button[type=submit]");
        await guest.Items().ShowsAsync("Beach.jpg", "Forest.jpg", "Summit.jpg");
        await Expect(guest.Locator("h1")).ToHaveTextAsync("Summer");
        await Expect(guest.Locator(".new")).ToHaveCountAsync(0);
        await guest.WaitForFunctionAsync("[...document.querySelectorAll('img.thumb')].filter(image => image.naturalWidth > 0).length === 3");
        await Accessibility.CheckAsync(guest);

        var zip = await guest.RunAndWaitForDownloadAsync(() => guest.ClickAsync("button:has-text('Download all')"));
        using (var archive = ZipFile.OpenRead(await zip.PathAsync()))
            Assert.Equal(["Summer/Beach.jpg", "Summer/Forest.jpg", "Summer/Summit.jpg"], archive.Entries.Select(entry => entry.FullName).Where(name => !name.EndsWith('/')).Order());

        await guest.Item("Beach.jpg").Locator("a").ClickAsync();
        await Expect(guest.Locator(".image img")).ToBeVisibleAsync();
        await guest.Keyboard.PressAsync("ArrowRight");
        await Expect(guest.Locator(".viewer h2")).ToHaveTextAsync("Forest.jpg");
        await guest.Keyboard.PressAsync("Escape");
        await Expect(guest.Locator(".viewer")).ToHaveCountAsync(0);

        await page.ClickAsync("dialog button:has-text('Revoke')");
        await Expect(page.Locator(".link")).ToHaveCountAsync(0);
        await guest.ReloadAsync();
        await Expect(guest.Locator("main")).ToContainTextAsync("This link does not work any more");
    }

    [Fact]
    public async Task A_note_is_written_a_change_elsewhere_is_told_and_former_contents_come_back()
    {
        await using var owner = await server.MoveInAsync("notes", "drive");
        var page = owner.Page;
        await owner.OpenFilesAsync(server, "notes");

        await page.NewAsync("New note");
        await page.FillAsync("textarea", "# One <b>bold</b>\n\n<script>document.title = 'owned'</script>");
        await page.ClickAsync("button:has-text('Save')");
        await Expect(page.Locator(".toast")).ToContainTextAsync("Saved");
        await page.ClickAsync("button:has-text('Done')");
        await Expect(page.Locator(".markdown h3")).ToHaveTextAsync("One <b>bold</b>");
        await Expect(page.Locator(".markdown")).ToContainTextAsync("<script>document.title");
        await Expect(page.Locator(".markdown script")).ToHaveCountAsync(0);
        await Accessibility.CheckAsync(page);

        await page.ClickAsync("button:has-text('Edit')");
        await page.FillAsync("textarea", "# Two, by me");
        await page.OverwriteAsync("Note.md", "# Two, by somebody else");
        await page.Keyboard.PressAsync("Control+s");
        await Expect(page.Locator("dialog")).ToContainTextAsync("It was changed elsewhere");
        await page.ClickAsync("dialog button:has-text('Save mine as a copy')");
        await Expect(page.Locator("dialog")).ToHaveCountAsync(0);

        // What is still on its way would be asked about.
        await Expect(page.Locator(".text__state")).ToBeEmptyAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Items().ShowsAsync("Administrative", "Photos", "Note (2).md", "Note.md");
        await Expect(page).ToHaveTitleAsync("Files");

        await page.ChooseAsync("Note.md", "Versions");
        await page.ClickAsync("[aria-label='Restore this version'] >> nth=0");
        await Expect(page.Locator(".toast >> nth=-1")).ToContainTextAsync("restored");
        await page.Keyboard.PressAsync("Escape");
        await page.Item("Note.md").Locator("a").ClickAsync();
        await Expect(page.Locator(".markdown")).Not.ToContainTextAsync("somebody else");
    }

    [Fact]
    public async Task What_is_deleted_goes_to_the_trash_and_comes_back_and_names_that_are_taken_are_asked_about()
    {
        await using var owner = await server.MoveInAsync("trash", "drive");
        var page = owner.Page;
        await owner.OpenFilesAsync(server, "trash");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync(server.AppOf("trash", "drive"));

        await page.UploadAsync([Text("a.txt", "one"), Text("b.txt", "two")]);
        await Expect(other.Item("b.txt")).ToBeVisibleAsync();
        await page.CloseUploadsAsync();

        // The three answers to a name that is taken.
        foreach (var (answer, names) in new[]
        {
            ("Skip", new[] { "a.txt", "b.txt" }),
            ("Replace", ["a.txt", "b.txt"]),
            ("Keep both", ["a (2).txt", "a.txt", "b.txt"]),
        })
        {
            await page.UploadAsync([Text("a.txt", answer)]);
            await page.ClickAsync($"dialog button:has-text('{answer}')");
            await Expect(page.Locator(".uploads [role=status]")).ToContainTextAsync("uploaded");
            await page.CloseUploadsAsync();
            await other.Items("file").ShowsAsync(names);
        }

        await page.Item("a.txt").Locator("a").ClickAsync();
        await Expect(page.Locator("pre")).ToHaveTextAsync("Replace");
        await page.Keyboard.PressAsync("Escape");

        await page.ChooseAsync("a (2).txt", "Rename");
        await page.FillAsync(".rename input", "b.txt");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".rename [role=alert]")).ToContainTextAsync("already");
        await page.FillAsync(".rename input", "c.txt");
        await page.Keyboard.PressAsync("Enter");
        await other.Items("file").ShowsAsync("a.txt", "b.txt", "c.txt");

        // By the keyboard alone.
        await Expect(page.Item("c.txt").Locator("a")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Shift+ArrowUp");
        await Expect(page.Locator(".picked__count")).ToHaveTextAsync("2 selected");
        await page.Keyboard.PressAsync("Delete");
        await other.Items("file").ShowsAsync("a.txt");
        await page.ClickAsync(".toast__action");
        await other.Items("file").ShowsAsync("a.txt", "b.txt", "c.txt");

        await page.ChooseAsync("a.txt", "Move to trash");
        await page.ClickAsync(".side a:has-text('Trash')");
        await page.Items().ShowsAsync("a.txt");
        await Accessibility.CheckAsync(page);
        await page.ChooseAsync("a.txt", "Restore");
        await Expect(page.Locator("main")).ToContainTextAsync("The trash is empty");
        await Expect(other.Item("a.txt")).ToBeVisibleAsync();

        await other.ChooseAsync("b.txt", "Move to trash");
        await Expect(page.Item("b.txt")).ToBeVisibleAsync();
        await page.ClickAsync("button:has-text('Empty the trash')");
        await page.ClickAsync("dialog button:has-text('Empty the trash')");
        await Expect(page.Items()).ToHaveCountAsync(0);
    }

    private static FilePayload Text(string name, string content) =>
        new() { Name = name, MimeType = "text/plain", Buffer = System.Text.Encoding.UTF8.GetBytes(content) };
}
