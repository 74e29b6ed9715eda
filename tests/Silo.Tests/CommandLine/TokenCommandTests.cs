using System.Net;
using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.CommandLine;

/// <summary>The commands that make tokens and OAuth clients, against a real server.</summary>
public sealed class TokenCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private CozyServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Domain => $"bob.localhost:{_server.Port}";

    public async ValueTask InitializeAsync()
    {
        _server = await CozyServer.StartAsync(["--data", _folder.Path, "--no-first-instance"], cancellationToken: Cancellation);
        await _server.CliAsync("instances", "add", Domain, "--passphrase", "x");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_client_is_registered_found_and_given_tokens()
    {
        var id = await _server.CliAsync("instances", "client-oauth", Domain, "https://tool.example.net/cb", "Tool", "tool");
        Assert.Matches("^[0-9a-f]{32}$", id);
        var whole = await JsonAsync("instances", "client-oauth", Domain, "https://tool.example.net/cb", "Tool", "tool-2", "--json");
        Assert.Equal("Tool-2", whole.GetProperty("client_name").GetString());
        Assert.False(whole.TryGetProperty("pending", out _));
        Assert.True(whole.GetProperty("registration_access_token").GetString()!.Length > 100);
        var found = await JsonAsync("instances", "find-oauth-client", Domain, "tool-2");
        Assert.Equal(whole.GetProperty("client_id").GetString(), found.GetProperty("client_id").GetString());

        var access = await _server.CliAsync("instances", "token-oauth", Domain, id, "io.cozy.todos:POST", "io.cozy.files:GET");
        using var client = new CozyClient(_server.Url, Domain, access);
        await client.JsonAsync(HttpMethod.Post, "/data/io.cozy.todos/", """{"title":"x"}""", Cancellation);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(access, "/files/io.cozy.files.root-dir"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(access, "/data/io.cozy.contacts/x"));

        var refresh = await TokenAsync("refresh-token-oauth", whole.GetProperty("client_id").GetString()!, "io.cozy.files:GET");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server.Url, "/auth/access_token"));
        request.Headers.Host = Domain;
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = refresh,
            ["client_id"] = whole.GetProperty("client_id").GetString()!,
            ["client_secret"] = whole.GetProperty("client_secret").GetString()!,
        });
        using var answer = await http.SendAsync(request, Cancellation);
        var tokens = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(tokens.GetProperty("access_token").GetString()!, "/files/io.cozy.files.root-dir"));
    }

    [Fact]
    public async Task An_access_token_lives_as_long_as_it_was_said_to()
    {
        var id = await _server.CliAsync("instances", "client-oauth", Domain, "https://tool.example.net/cb", "Tool", "tool");
        foreach (var (expire, status) in new[] { ("2h", HttpStatusCode.OK), ("0s", HttpStatusCode.BadRequest) })
        {
            var token = await TokenAsync("token-oauth", id, "io.cozy.files", "--expire", expire);
            Assert.Equal(status, await StatusAsync(token, "/files/io.cozy.files.root-dir"));
        }
    }

    [Fact]
    public async Task Tokens_of_apps_are_made_and_are_good_once_the_app_is_installed()
    {
        foreach (var command in new[] { "token-app", "token-konnector" })
        {
            foreach (var token in new[] { await _server.CliAsync("instances", command, Domain, "drive"), await TokenAsync(command, "drive") })
            {
                Assert.Equal(3, token.Split('.').Length);
                Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(token, "/files/io.cozy.files.root-dir"));
            }
        }
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_its_exit_code()
    {
        Assert.Equal(4, (await RunAsync("instances", "token-oauth", Domain, "ghost", "io.cozy.files")).ExitCode);
        Assert.Equal(4, (await RunAsync("instances", "find-oauth-client", Domain, "ghost")).ExitCode);
        Assert.Equal(4, (await RunAsync("instances", "token-app", "ghost.localhost", "drive")).ExitCode);
        var refused = await RunAsync("instances", "client-oauth", Domain, "/relative", "Tool", "tool");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("/relative is invalid", refused.Error, StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> StatusAsync(string token, string path)
    {
        using var client = new CozyClient(_server.Url, Domain, token);
        using var answer = await client.SendAsync(HttpMethod.Get, path, cancellationToken: Cancellation);
        return answer.StatusCode;
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments) => JsonDocument.Parse(await _server.CliAsync(arguments)).RootElement;

    /// <summary>The token in the JSON that a command prints.</summary>
    private async Task<string> TokenAsync(string command, params string[] arguments) =>
        (await JsonAsync(["instances", command, Domain, .. arguments, "--json"])).GetProperty("token").GetString()!;

    private Task<ProgramResult> RunAsync(params string[] arguments) =>
        CozyProgram.RunAsync([.. arguments, "--admin-url", _server.AdminUrl], cancellationToken: Cancellation);
}
