using Cozy.Testing;
using Microsoft.Playwright;
using Xunit;

namespace Cozy.Browser.Tests;

/// <summary>
/// One person at one browser window. Whatever the page complains of (a script that failed, a file the policy keeps
/// out) is kept, and <see cref="DisposeAsync"/> fails on it.
/// </summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    private Visitor(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) =>
        {
            // A page that tells of a wrong passphrase has a status of its own, and the console names it.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _complaints.Add(message.Text);
        };
    }

    public IPage Page { get; }

    public static async Task<Visitor> ArriveAsync(
        Browser browser, ViewportSize? size = null, ColorScheme scheme = ColorScheme.Light, bool scripts = true)
    {
        var context = await browser.Chromium.NewContextAsync(new()
        {
            ViewportSize = size ?? new() { Width = 1280, Height = 860 },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            JavaScriptEnabled = scripts,
        });
        return new(context, await context.NewPageAsync());
    }

    public async Task TypePassphraseAsync(string passphrase)
    {
        await Page.FillAsync("#passphrase", passphrase);
        await Page.ClickAsync("form[data-derive] button[type=submit]");
    }

    public Task SaveScreenshotAsync(string name) =>
        Page.ScreenshotAsync(new() { Path = RepositoryFolder.Under("tests", "Browser", "screenshots", name + ".png"), FullPage = true });

    /// <summary>Takes back the complaints that are part of what a test does.</summary>
    public void Forgive(string text) => _complaints.RemoveAll(complaint => complaint.Contains(text, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_complaints);
    }
}
