using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>Opens the apps that ship with the server, as their owner.</summary>
internal static class AppVisits
{
    private const string Passphrase = "lantern ferry walnut";

    /// <summary>Makes an instance with the shipped apps and logs its owner in.</summary>
    /// <param name="server">The server.</param>
    /// <param name="name">The first part of the instance's domain.</param>
    /// <param name="apps">The apps it begins with, separated by commas.</param>
    /// <param name="size">The window.</param>
    /// <param name="scheme">Day or night.</param>
    /// <param name="options">More of what <c>instances add</c> takes.</param>
    public static async Task<Visitor> MoveInAsync(
        this OwnerServer server, string name, string apps = "home,store,settings", ViewportSize? size = null,
        ColorScheme scheme = ColorScheme.Light, params string[] options)
    {
        await server.AddReadyInstanceAsync(name, ["--passphrase", Passphrase, "--apps", apps, .. options]);
        var visitor = await Visitor.ArriveAsync(server.Browser, size, scheme);
        await visitor.Page.GotoAsync($"{server.RootOf(name)}auth/login?redirect={Uri.EscapeDataString($"{server.RootOf(name)}auth/security")}");
        await visitor.TypePassphraseAsync(Passphrase);
        await Expect(visitor.Page.Locator(".entries").First).ToBeVisibleAsync();
        return visitor;
    }

    /// <summary>Opens an app and waits until it shows something.</summary>
    public static async Task OpenAppAsync(this Visitor visitor, OwnerServer server, string name, string slug, string hash = "")
    {
        await visitor.Page.GotoAsync(server.AppOf(name, slug) + hash);
        await Expect(visitor.Page.Locator("main")).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator(".skeleton, .spinner")).ToHaveCountAsync(0);
    }
}
