using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>What people do in the app Files.</summary>
internal static class FilesVisits
{
    /// <summary>Draws a landscape and makes a photo of it, as base64.</summary>
    private const string Draw = """
        name => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
          const paint = canvas.getContext('2d');
          paint.fillStyle = `hsl(${name.length * 37} 60% 70%)`;
          paint.fillRect(0, 0, 320, 240);
          paint.fillStyle = `hsl(${name.length * 37 + 90} 50% 40%)`;
          paint.fillRect(0, 150, 320, 90);
          return canvas.toDataURL('image/jpeg').split(',')[1];
        }
        """;

    /// <summary>Replaces the content of a file of the topmost folder with the token of the page, as another device would.</summary>
    private const string Overwrite = """
        async ([name, content]) => {
          const { token, domain } = JSON.parse(document.querySelector('[data-cozy]').dataset.cozy);
          const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'text/markdown' };
          const found = await (await fetch(`//${domain}/files/metadata?Path=/${encodeURIComponent(name)}`, { credentials: 'include', headers })).json();
          return (await fetch(`//${domain}/files/${found.data.id}`, { method: 'PUT', credentials: 'include', headers, body: content })).status;
        }
        """;

    /// <summary>Opens the app and waits for its first files.</summary>
    public static async Task OpenFilesAsync(this Visitor visitor, OwnerServer server, string name, string hash = "")
    {
        await visitor.OpenAppAsync(server, name, "drive", hash);
        await Expect(visitor.Page.Locator("h1")).ToBeVisibleAsync();
    }

    /// <summary>The files and folders that are shown.</summary>
    public static ILocator Items(this IPage page) => page.Locator("[data-name]");

    /// <summary>The files, or the folders, that are shown.</summary>
    public static ILocator Items(this IPage page, string kind) =>
        page.Locator(kind == "file" ? "[data-name]:not(:has(.kind--folder))" : "[data-name]:has(.kind--folder)");

    /// <summary>The file or folder of a name.</summary>
    public static ILocator Item(this IPage page, string name) => page.Locator($"[data-name='{name}']");

    /// <summary>Waits until exactly these are shown, in this order.</summary>
    public static async Task ShowsAsync(this ILocator items, params string[] names) =>
        await Expect(items.Locator(".item__name")).ToHaveTextAsync(names);

    /// <summary>Chooses something of a file's menu.</summary>
    public static async Task ChooseAsync(this IPage page, string name, string command)
    {
        await page.Item(name).Locator(".item__more button").ClickAsync();
        await page.Locator($"[role=menuitem]:has-text('{command}')").ClickAsync();
    }

    /// <summary>Opens the menu of what can be added.</summary>
    public static Task NewMenuAsync(this IPage page) => page.Locator(".new .button:visible").ClickAsync();

    /// <summary>Chooses something of the menu of what can be added.</summary>
    public static async Task NewAsync(this IPage page, string command)
    {
        await page.NewMenuAsync();
        await page.Locator($"[role=menuitem]:has-text('{command}')").ClickAsync();
    }

    /// <summary>Uploads files by the button.</summary>
    public static async Task UploadAsync(this IPage page, FilePayload[] files)
    {
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.NewAsync("Upload files"));
        await chooser.SetFilesAsync(files);
    }

    /// <summary>Closes what tells of uploads, once they are over.</summary>
    public static async Task CloseUploadsAsync(this IPage page)
    {
        await page.ClickAsync(".uploads [aria-label=Close]");
        await Expect(page.Locator(".uploads")).ToHaveCountAsync(0);
    }

    /// <summary>Makes photos: small, and real.</summary>
    public static async Task<FilePayload[]> PhotosAsync(this IPage page, params string[] names)
    {
        var photos = new List<FilePayload>();
        foreach (var name in names)
            photos.Add(new() { Name = name, MimeType = "image/jpeg", Buffer = Convert.FromBase64String(await page.EvaluateAsync<string>(Draw, name)) });
        return [.. photos];
    }

    /// <summary>Changes a file elsewhere.</summary>
    public static async Task OverwriteAsync(this IPage page, string name, string content)
    {
        var status = await page.EvaluateAsync<int>(Overwrite, new[] { name, content });
        if (status != 200)
            throw new InvalidOperationException($"The file was not overwritten: {status}");
    }
}
