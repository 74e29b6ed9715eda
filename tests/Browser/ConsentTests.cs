using System.Text.Json;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Cozy.Browser.Tests;

/// <summary>An application asks for access, and the owner decides in a real browser.</summary>
public sealed class ConsentTests(OwnerServer server) : IClassFixture<OwnerServer>
{
    private const string Passphrase = "lantern ferry walnut";
    private const string Scope = "io.cozy.files:GET io.cozy.contacts:POST,PATCH org.example.maps io.cozy.files:ALL:a,b";

    public static TheoryData<string, ColorScheme, int> Looks { get; } = new MatrixTheoryData<string, ColorScheme, int>(
        ["en", "fr"], [ColorScheme.Light, ColorScheme.Dark], [320, 1280]);

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task The_page_is_accessible_and_fits(string language, ColorScheme scheme, int width)
    {
        var look = $"{language}-{scheme}-{width}".ToLowerInvariant();
        var link = await server.AddInstanceAsync($"consent-{look}", "--locale", language);
        var size = new ViewportSize { Width = width, Height = 860 };
        await using var owner = await Visitor.ArriveAsync(server.Browser, size, scheme);
        await owner.Page.GotoAsync(link.ToString());
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(owner.Page.Locator(".facts")).ToBeVisibleAsync();

        var client = await RegisterAsync(owner, link);
        await owner.Page.GotoAsync(AddressOf(link, client, Scope));
        await Expect(owner.Page.Locator(".choices")).ToBeVisibleAsync();
        await JudgeAsync(owner, $"consent-{look}");
        await owner.Page.GotoAsync(AddressOf(link, client, "io.cozy.files:FLY"));
        await JudgeAsync(owner, $"consent-refused-{look}");
    }

    [Fact]
    public async Task Who_is_not_logged_in_logs_in_agrees_and_lands_at_the_application()
    {
        var link = await server.AddInstanceAsync("consent");
        await using var owner = await Visitor.ArriveAsync(server.Browser);
        var page = owner.Page;
        await page.GotoAsync(link.ToString());
        await owner.TypePassphraseAsync(Passphrase);
        await page.ClickAsync("text=Log out");
        var landed = new List<string>();
        await page.RouteAsync("https://atlas.example.net/**", route =>
        {
            landed.Add(route.Request.Url);
            return route.FulfillAsync(new() { Body = "<!DOCTYPE html><html lang=en><title>Atlas</title><h1>Atlas</h1>", ContentType = "text/html" });
        });

        var client = await RegisterAsync(owner, link);
        await page.GotoAsync(AddressOf(link, client, "io.cozy.files:GET"));
        await owner.TypePassphraseAsync(Passphrase);
        await Expect(page.Locator("h1")).ToHaveTextAsync("Let Atlas in?");
        await page.ClickAsync("text=Let in");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Atlas");
        Assert.Matches(@"^https://atlas\.example\.net/oauth\?access_code=[0-9a-f]{64}&code=[0-9a-f]{64}&state=st-42&iss=", Assert.Single(landed));

        await page.GotoAsync(AddressOf(link, client, "io.cozy.files:GET"));
        await page.ClickAsync("text=Cancel");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Atlas");
        Assert.Contains("error=access_denied&state=st-42", landed[1], StringComparison.Ordinal);
    }

    private static async Task<string> RegisterAsync(Visitor visitor, Uri link)
    {
        var answer = await visitor.Page.APIRequest.PostAsync(new Uri(link, "/auth/register").ToString(), new()
        {
            Headers = new Dictionary<string, string> { ["Accept"] = "application/json", ["Content-Type"] = "application/json" },
            Data = """
                {"redirect_uris":["https://atlas.example.net/oauth"],"client_name":"Atlas","software_id":"github.com/example/atlas",
                "policy_uri":"https://atlas.example.net/policy"}
                """,
        });
        Assert.Equal(201, answer.Status);
        return JsonDocument.Parse(await answer.TextAsync()).RootElement.GetProperty("client_id").GetString()!;
    }

    private static string AddressOf(Uri link, string client, string scope) => new Uri(
        link,
        $"/auth/authorize?client_id={client}&redirect_uri={Uri.EscapeDataString("https://atlas.example.net/oauth")}&state=st-42"
            + $"&response_type=code&scope={Uri.EscapeDataString(scope)}").ToString();

    private static async Task JudgeAsync(Visitor visitor, string name)
    {
        await visitor.SaveScreenshotAsync(name);
        Assert.True(
            await visitor.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            $"{name}: the page is wider than the window.");
        await Accessibility.CheckAsync(visitor.Page);
    }
}
