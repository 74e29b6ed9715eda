using System.Text.Json;
using Cozy.Grains.OAuth;
using Cozy.Web.Auth.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Apps;

public sealed class IntentTests(TestServer server)
{
    private const string Passphrase = "correct horse battery";

    [Fact]
    public async Task An_app_finds_out_which_app_can_serve_it_and_may_show_that_in_a_frame()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Apps = ["home", "album"], Passphrase = Passphrase });
        await AppTests.UntilAsync(cozy, "home", state => state == "ready");
        await AppTests.UntilAsync(cozy, "album", state => state == "ready");
        var (home, album) = (TokenOf(cozy, "home"), TokenOf(cozy, "album"));

        var intent = (await CreateAsync(cozy, home, """{"action":"pick","type":"image/png","permissions":["GET"]}""")).Expect(200).Data;
        var id = intent.GetProperty("id").GetString()!;
        var attributes = intent.GetProperty("attributes");
        Assert.Equal($"http://home.{cozy.Instance.Domain}", attributes.GetProperty("client").GetString());
        Assert.Equal(JsonValueKind.Null, attributes.GetProperty("availableApps").ValueKind);
        var service = Assert.Single(attributes.GetProperty("services").EnumerateArray());
        Assert.Equal("album", service.GetProperty("slug").GetString());
        Assert.Equal($"http://album.{cozy.Instance.Domain}/pick?full=true&intent={id}#top", service.GetProperty("href").GetString());
        Assert.Equal($"/intents/{id}", intent.GetProperty("links").GetProperty("self").GetString());
        Assert.StartsWith("/permissions/", intent.GetProperty("links").GetProperty("permissions").GetString(), StringComparison.Ordinal);

        (await AskAsync(cozy, album, $"/intents/{id}")).Expect(200);
        (await AskAsync(cozy, home, $"/intents/{id}")).Expect(403);
        (await AskAsync(cozy, album, "/intents/ghost")).Expect(404);
        (await cozy.AskAsync("GET", $"/intents/{id}", "*")).Expect(403);

        var cookie = await AppVisitor.LogInAsync(server, cozy, Passphrase);
        Assert.Contains($"frame-ancestors 'self' http://home.{cozy.Instance.Domain};", await PolicyAsync("album", id), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'self';", await PolicyAsync("home", id), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'self';", await PolicyAsync("album", "ghost"), StringComparison.Ordinal);

        async Task<string> PolicyAsync(string slug, string intent) =>
            (await AppVisitor.AskAppAsync(cozy, slug, $"/?intent={intent}", cookie)).Expect(200).Headers["Content-Security-Policy"];
    }

    [Fact]
    public async Task What_no_installed_app_can_serve_is_offered_from_the_registry()
    {
        var cozy = await server.CreateInstanceAsync();
        var token = await Permissions.Links.InstallAsync(server, cozy, "notes", "io.cozy.files");
        var attributes = (await CreateAsync(cozy, token, """{"action":"PICK","type":"io.cozy.files"}""")).Expect(200).Data.GetProperty("attributes");
        Assert.Equal(JsonValueKind.Null, attributes.GetProperty("services").ValueKind);
        Assert.Equal("""[{"name":"The album","slug":"album"}]""", Sorted(attributes.GetProperty("availableApps")));
        var none = (await CreateAsync(cozy, token, """{"action":"EDIT","type":"net.example.rocks"}""")).Expect(200).Data.GetProperty("attributes");
        Assert.Equal(JsonValueKind.Null, none.GetProperty("availableApps").ValueKind);
    }

    [Fact]
    public async Task A_client_that_is_no_app_may_ask_too()
    {
        var cozy = await server.CreateInstanceAsync();
        var clients = server.Services.GetRequiredService<IGrainFactory>().GetGrain<IOAuthGrain>(cozy.Instance.Id);
        var client = await clients.RegisterAsync(
            new OAuthClient { Id = Guid.NewGuid().ToString("N"), Secret = "s", RedirectUris = ["https://phone.example.net/"], Name = "Phone", SoftwareId = "phone" },
            isRetry: false);
        await clients.AcceptAsync(client.Id, null);
        var token = new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.Access, client.Id, "io.cozy.files");
        var intent = (await CreateAsync(cozy, token, """{"action":"PICK","type":"net.example.rocks"}""")).Expect(200).Data;
        Assert.Equal("", intent.GetProperty("attributes").GetProperty("client").GetString());
        Assert.False(intent.TryGetProperty("links", out _));
    }

    [Theory]
    [InlineData("""{"type":"x"}""", 422, "Action is missing")]
    [InlineData("""{"action":"PICK"}""", 422, "Type is missing")]
    [InlineData("[]", 400, "malformed")]
    public async Task A_wrong_intent_is_refused(string attributes, int status, string detail)
    {
        var cozy = await server.CreateInstanceAsync();
        var token = await Permissions.Links.InstallAsync(server, cozy, "notes", "io.cozy.files");
        Assert.Contains(detail, (await CreateAsync(cozy, token, attributes)).Expect(status).Text, StringComparison.Ordinal);
        (await CreateAsync(cozy, cozy.Token("*"), """{"action":"PICK","type":"x"}""")).Expect(403);
    }

    private static string Sorted(JsonElement list) => JsonSerializer.Serialize(list.EnumerateArray().Select(
        item => item.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).ToDictionary(m => m.Name, m => m.Value.GetString())));

    private static string TokenOf(Cozy cozy, string slug) =>
        new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.App, slug, null);

    private static Task<Answer> AskAsync(Cozy cozy, string token, string target) =>
        Permissions.Links.AskWithAsync(cozy, token, "GET", target);

    private static Task<Answer> CreateAsync(Cozy cozy, string token, string attributes) => Permissions.Links.AskWithAsync(
        cozy, token, "POST", "/intents", Cozy.Json($$$"""{"data":{"type":"io.cozy.intents","attributes":{{{attributes}}}}}"""));
}
