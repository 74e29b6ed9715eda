using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.Hosting;

/// <summary>A server whose contents are in a real Swift, which hands saved files out itself.</summary>
public sealed class SwiftLinkTests
{
    [Fact]
    public async Task Who_saves_a_file_by_a_link_gets_it_from_the_store()
    {
        var swift = Environment.GetEnvironmentVariable("COZY_TEST_SWIFT_AUTH_URL")
            ?? throw new InvalidOperationException("COZY_TEST_SWIFT_AUTH_URL is not set: run tests/run, which starts the server.");
        var cancellationToken = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await using var server = await CozyServer.StartAsync(
            ["--data", folder.Path, "--no-first-instance"],
            new Dictionary<string, string>
            {
                ["COZY_Files__Adapter"] = "Swift",
                ["COZY_Files__Swift__AuthUrl"] = swift,
                ["COZY_Files__Swift__AuthVersion"] = "1",
                ["COZY_Files__Swift__User"] = "test:tester",
                ["COZY_Files__Swift__Key"] = "testing",
                ["COZY_Files__Swift__TempUrlKey"] = "a secret of this test",
            },
            cancellationToken: cancellationToken);
        var domain = $"{Guid.NewGuid():N}.localhost";
        await server.CliAsync("instances", "add", domain);
        using var client = new CozyClient(server.Url, domain, await server.CliAsync("instances", "token-cli", domain, "io.cozy.files"));
        var id = await client.UploadAsync("letter.txt", "dear you"u8.ToArray(), cancellationToken);
        var made = await client.JsonAsync(HttpMethod.Post, $"/files/downloads?Id={id}", cancellationToken: cancellationToken);
        var related = made.GetProperty("links").GetProperty("related").GetString()!;

        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var shown = await AskAsync(browser, new Uri(server.Url, related), domain);
        Assert.Equal((200, "dear you"), ((int)shown.StatusCode, await shown.Content.ReadAsStringAsync(cancellationToken)));

        using var saved = await AskAsync(browser, new Uri(server.Url, related + "?Dl=1"), domain);
        Assert.Equal(302, (int)saved.StatusCode);
        Assert.Equal(new Uri(swift).Authority, saved.Headers.Location!.Authority);
        using var content = await browser.GetAsync(saved.Headers.Location, cancellationToken);
        Assert.Equal("dear you", await content.Content.ReadAsStringAsync(cancellationToken));
        Assert.Equal("letter.txt", content.Content.Headers.ContentDisposition?.FileName?.Trim('"'));

        await server.CliAsync("instances", "rm", domain, "--force");
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient browser, Uri address, string domain)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Host = domain;
        return await browser.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
