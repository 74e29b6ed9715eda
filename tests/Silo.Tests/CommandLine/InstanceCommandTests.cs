using System.Net;
using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.CommandLine;

/// <summary>The commands that talk to a server, against a real one.</summary>
public sealed class InstanceCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private CozyServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Domain => $"bob.localhost:{_server.Port}";

    public async ValueTask InitializeAsync() => _server = await CozyServer.StartAsync(
        ["--data", _folder.Path, "--no-first-instance"], cancellationToken: Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_owner_who_cannot_get_in_is_helped()
    {
        await _server.CliAsync("instances", "add", Domain, "--passphrase", "old", "--email", "bob@example.org");

        Assert.Equal($"Set the passphrase of {Domain}", await _server.CliAsync("instances", "set-passphrase", Domain, "new"));
        Assert.Contains("already", await _server.CliAsync("instances", "auth-mode", Domain, "basic"), StringComparison.Ordinal);
        Assert.Equal($"Ended all sessions of {Domain}", await _server.CliAsync("instances", "clean-sessions", Domain));
        foreach (var command in new string[][] { ["clean-sessions"], ["set-passphrase", "new"], ["auth-mode", "basic"] })
            Assert.Equal(JsonValueKind.Object, (await JsonAsync(["instances", command[0], Domain, .. command[1..]])).ValueKind);

        // This server sends no mail, so it cannot ask for codes by mail.
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => _server.CliAsync("instances", "auth-mode", Domain, "two_factor_mail"));
        Assert.Contains("sends no mail", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _server.CliAsync("instances", "set-passphrase", "nobody.localhost", "new"));
    }

    [Fact]
    public async Task An_instance_is_created_shown_changed_listed_and_destroyed()
    {
        var added = await JsonAsync(
            "instances", "add", Domain, "--passphrase", "correct horse", "--email", "bob@example.org", "--public-name", "Bob",
            "--locale", "fr", "--tz", "Europe/Paris", "--disk-quota", "5GB");
        Assert.Equal(Domain, Attribute(added, "domain"));
        Assert.Equal("5000000000", Attribute(added, "disk_quota"));
        Assert.Equal("fr", Attribute(added, "locale"));

        Assert.Equal("bob@example.org", Attribute(await JsonAsync("instances", "show", Domain), "email"));

        var changed = await JsonAsync("instances", "modify", Domain, "--disk-quota", "0", "--email", "b@example.org");
        Assert.False(changed.GetProperty("data").GetProperty("attributes").TryGetProperty("disk_quota", out _));
        Assert.Equal("b@example.org", Attribute(changed, "email"));

        var listed = await JsonAsync("instances", "ls");
        Assert.Equal(1, listed.GetProperty("meta").GetProperty("count").GetInt32());

        Assert.Equal($"Destroyed {Domain}", await _server.CliAsync("instances", "rm", Domain, "--force"));
        Assert.Equal(4, (await RunAsync("instances", "show", Domain)).ExitCode);
        Assert.Equal(4, (await RunAsync("instances", "rm", Domain, "--force")).ExitCode);
    }

    [Fact]
    public async Task Answers_for_people_are_aligned_and_say_what_to_do_next()
    {
        var added = await _server.CliAsync("instances", "add", Domain);
        Assert.Matches($"^Created {Domain}\nOpen http://{Domain}/\\?registerToken=[0-9a-f]{{32}} to choose the passphrase$", added);

        var lines = (await _server.CliAsync("instances", "ls")).Split('\n');
        Assert.Equal(["DOMAIN", "LOCALE", "QUOTA", "STATE"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(lines[0].IndexOf("STATE", StringComparison.Ordinal), lines[1].IndexOf("waits", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_secret_of_an_instance_leaves_the_server()
    {
        var shown = (await JsonAsync("instances", "add", Domain, "--passphrase", "x")).GetRawText();

        Assert.DoesNotContain("secret", shown, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("hash", shown, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_passphrase_can_come_from_standard_input_and_never_shows_in_the_log()
    {
        var result = await CozyProgram.RunAsync(
            ["instances", "add", Domain, "--passphrase", "-", "--admin-url", _server.AdminUrl],
            input: "from-standard-input\n", cancellationToken: Cancellation);

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("to log in", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("from-standard-input", _server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_has_its_exit_code()
    {
        await _server.CliAsync("instances", "add", Domain);

        Assert.Equal(5, (await RunAsync("instances", "add", Domain)).ExitCode);
        Assert.Equal(4, (await RunAsync("instances", "modify", "ghost.localhost", "--locale", "fr")).ExitCode);
        var illegal = await RunAsync("instances", "add", "a/b");
        Assert.Equal(2, illegal.ExitCode);
        Assert.Equal("cozy: domain: Domain name contains illegal characters", illegal.Error);
        Assert.Equal(2, (await RunAsync("instances", "token-cli", Domain, "io.cozy.files", "--expire", "soon")).ExitCode);
    }

    [Fact]
    public async Task A_token_opens_what_its_scope_says()
    {
        await _server.CliAsync("instances", "add", Domain, "--passphrase", "x");
        var token = await _server.CliAsync("instances", "token-cli", Domain, "io.cozy.todos", "--expire", "2h");
        using var client = new CozyClient(_server.Url, Domain, token);

        await client.JsonAsync(HttpMethod.Post, "/data/io.cozy.todos/", """{"title":"x"}""", Cancellation);
        using var refused = await client.SendAsync(HttpMethod.Get, "/data/io.cozy.contacts/x", cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        await _server.CliAsync("instances", "add", Domain, "--passphrase", "x");
        var token = (await JsonAsync("instances", "token-cli", Domain, "io.cozy.todos", "--expire", "0s")).GetProperty("token").GetString();
        using var client = new CozyClient(_server.Url, Domain, token);

        using var refused = await client.SendAsync(HttpMethod.Get, "/data/io.cozy.todos/x", cancellationToken: Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task The_status_names_what_the_server_needs()
    {
        var status = await JsonAsync("status");

        Assert.Equal("OK", status.GetProperty("status").GetString());
        Assert.Equal("healthy", status.GetProperty("couchdb").GetString());
        Assert.Equal("healthy", status.GetProperty("fs").GetString());
    }

    private static string? Attribute(JsonElement answer, string name) =>
        answer.GetProperty("data").GetProperty("attributes").GetProperty(name).GetString();

    private Task<ProgramResult> RunAsync(params string[] arguments) => CozyProgram.RunAsync(
        [.. arguments, "--admin-url", _server.AdminUrl], input: "", cancellationToken: Cancellation);

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        using var answer = JsonDocument.Parse(await _server.CliAsync([.. arguments, "--json"]));
        return answer.RootElement.Clone();
    }
}
