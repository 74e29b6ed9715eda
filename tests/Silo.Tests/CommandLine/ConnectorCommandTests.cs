using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.CommandLine;

/// <summary>What an operator says of connectors for all instances, and what programs do where there is no sandbox.</summary>
public sealed class ConnectorCommandTests : IDisposable
{
    private const string Scope = "io.cozy.jobs io.cozy.konnectors";
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Maintenance_and_kinds_of_accounts_are_set_listed_and_removed()
    {
        await using var server = await StartAsync();
        Assert.Equal("sample is under maintenance", await server.CliAsync("konnectors", "maintenance", "sample", "--no-manual-exec", "--message", "en=Back at 5 = soon", "--message", "fr=À 5 h"));
        Assert.Matches("sample +operator +no", await server.CliAsync("konnectors", "ls-maintenances"));
        var attributes = JsonDocument.Parse(await server.CliAsync("konnectors", "ls-maintenances", "--json")).RootElement.GetProperty("data")[0].GetProperty("attributes");
        Assert.Equal("Back at 5 = soon", attributes.GetProperty("maintenance_options").GetProperty("messages").GetProperty("en").GetProperty("long_message").GetString());
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.CliAsync("konnectors", "maintenance", "other", "--message", "no language"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.CliAsync("konnectors", "maintenance", "../x"));
        await server.CliAsync("konnectors", "deactivate-maintenance", "sample");
        Assert.DoesNotContain("sample", await server.CliAsync("konnectors", "ls-maintenances"), StringComparison.Ordinal);

        var file = Path.Combine(_folder.Path, "bank.json");
        await File.WriteAllTextAsync(
            file, """{"grant_mode":"authorization_code","client_id":"me","client_secret":"hush","auth_endpoint":"https://bank.example/let","token_endpoint":"https://bank.example/token"}""", Cancellation);
        await server.CliAsync("account-types", "set", "bank", file);
        await server.CliAsync("account-types", "set", "cozy/bank", file);
        var list = await server.CliAsync("account-types", "ls");
        Assert.Matches("(?m)^bank +authorization_code +me +https://bank.example/let", list);
        Assert.Matches("(?m)^cozy/bank ", list);
        Assert.DoesNotContain("hush", list + await server.CliAsync("account-types", "ls", "--json"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.CliAsync("account-types", "set", "bank", file + ".none"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.CliAsync("account-types", "rm", "ghost"));
        await server.CliAsync("account-types", "rm", "bank");
        await server.CliAsync("account-types", "rm", "cozy/bank");
        Assert.Equal("[]", await server.CliAsync("account-types", "ls", "--json"));
    }

    [Fact]
    public async Task Without_a_sandbox_programs_run_only_if_the_operator_says_so()
    {
        var connector = Directory.CreateDirectory(Path.Combine(_folder.Path, "connector")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(connector, "manifest.konnector"),
            """{"name":"Probe","slug":"probe","version":"1.0.0","type":"konnector","permissions":{"jobs":{"type":"io.cozy.jobs","verbs":["GET"]}}}""", Cancellation);

        // It says whether it is in a sandbox, where its folder has another name, and that it reaches its instance.
        await File.WriteAllTextAsync(
            Path.Combine(connector, "index.js"),
            """
            const { COZY_URL, COZY_CREDENTIALS, COZY_JOB_ID } = process.env;
            fetch(`${COZY_URL}jobs/${COZY_JOB_ID}`, { headers: { authorization: `Bearer ${COZY_CREDENTIALS}` } }).then(answer => answer.json())
              .then(job => console.log(JSON.stringify({ type: 'critical', message: `${job.data.attributes.state}, sandboxed: ${__dirname === '/app'}`, no_retry: true })));
            """, Cancellation);

        await using (var server = await StartAsync())
        {
            var domain = $"alice.localhost:{server.Port}";
            await server.CliAsync("instances", "add", domain);
            await server.CliAsync("konnectors", "install", connector, "--domain", domain);
            Assert.Equal("The server runs no programs of apps: it has no sandbox (bubblewrap) to run them in.", await RunAsync(server, domain));
            await server.StopAsync();
        }

        await using var allowing = await StartAsync(("COZY_Jobs__Programs__AllowWithoutSandbox", "true"));
        var moved = $"bob.localhost:{allowing.Port}";
        await allowing.CliAsync("instances", "add", moved);
        await allowing.CliAsync("konnectors", "install", connector, "--domain", moved);
        Assert.Equal("running, sandboxed: false", await RunAsync(allowing, moved));
    }

    private static async Task<string> RunAsync(CozyServer server, string domain)
    {
        using var client = new CozyClient(server.Url, domain, await server.CliAsync("instances", "token-cli", domain, Scope));
        var pushed = await client.JsonAsync(
            HttpMethod.Post, "/jobs/queue/konnector", """{"data":{"attributes":{"arguments":{"konnector":"probe"},"options":{"max_exec_count":1}}}}""", Cancellation);
        while (true)
        {
            var job = (await client.JsonAsync(HttpMethod.Get, $"/jobs/{pushed.GetProperty("data").GetProperty("id").GetString()}", cancellationToken: Cancellation))
                .GetProperty("data").GetProperty("attributes");
            if (job.GetProperty("state").GetString() is "done" or "errored")
                return job.GetProperty("error").GetString()!;
            await Task.Delay(50, Cancellation);
        }
    }

    /// <summary>A server on a machine without a sandbox.</summary>
    private Task<CozyServer> StartAsync(params (string Name, string Value)[] more) => CozyServer.StartAsync(
        ["--data", Path.Combine(_folder.Path, "data"), "--no-first-instance"],
        new Dictionary<string, string>([new("COZY_Jobs__Programs__Bubblewrap", "/nowhere/bwrap"), .. more.Select(one => KeyValuePair.Create(one.Name, one.Value))]),
        cancellationToken: Cancellation);
}
