using Microsoft.Playwright;

namespace Cozy.Browser.Tests;

/// <summary>The Chromium of this machine, started once for all tests of a class.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;

    private Browser(IPlaywright playwright, IBrowser chromium) => (_playwright, Chromium) = (playwright, chromium);

    /// <summary>The browser.</summary>
    public IBrowser Chromium { get; }

    /// <summary>Starts it: the program at <c>COZY_TEST_CHROMIUM</c>, or <c>/usr/bin/chromium</c>.</summary>
    public static async Task<Browser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();

        // A login derives a key and hashes it with much memory: on a busy machine that takes longer than the usual 5 s.
        Assertions.SetDefaultExpectTimeout(30_000);
        var chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("COZY_TEST_CHROMIUM") ?? "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
        return new(playwright, chromium);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Chromium.DisposeAsync();
        _playwright.Dispose();
    }
}
