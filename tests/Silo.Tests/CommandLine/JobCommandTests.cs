using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.CommandLine;

/// <summary>What operators see of jobs and triggers: the command line and the metrics, of a real server.</summary>
public sealed class JobCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private CozyServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Domain => $"bob.localhost:{_server.Port}";

    public async ValueTask InitializeAsync()
    {
        _server = await CozyServer.StartAsync(
            ["--data", _folder.Path, "--no-first-instance"],
            new Dictionary<string, string> { ["COZY_Jobs__KeepLast"] = "0" },
            cancellationToken: Cancellation);
        await _server.CliAsync("instances", "add", Domain, "--passphrase", "x");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Jobs_and_triggers_are_listed_shown_repeated_launched_removed_and_counted()
    {
        using var client = new CozyClient(_server.Url, Domain, await _server.CliAsync("instances", "token-cli", Domain, "io.cozy.jobs", "io.cozy.triggers"));

        // One waits for an app, one fails because its message is wrong.
        var open = await AddAsync(client, "/jobs/queue/client", """{"arguments":{"leaf":1}}""");
        var failed = await AddAsync(client, "/jobs/queue/zip", """{"arguments":{}}""");
        await WaitForAsync(failed, "errored");
        var list = await RunAsync("jobs", "ls");
        Assert.Contains(open, list, StringComparison.Ordinal);
        Assert.DoesNotContain(failed, list, StringComparison.Ordinal);
        Assert.DoesNotContain(open, await RunAsync("jobs", "ls", "--worker", "zip"), StringComparison.Ordinal);
        Assert.Equal(open, JsonDocument.Parse(await RunAsync("jobs", "ls", "--json")).RootElement.GetProperty("data")[0].GetProperty("id").GetString());
        Assert.Contains("filename", (await ShowAsync(failed)).GetProperty("error").GetString(), StringComparison.Ordinal);

        // It is done again, and fails again; what is open cannot be repeated.
        await RunAsync("jobs", "retry", failed);
        await WaitForAsync(failed, "errored");
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("jobs", "retry", open));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("jobs", "show", "ghost"));

        var trigger = await AddAsync(client, "/jobs/triggers", """{"type":"@daily","arguments":"before 5am","worker":"log","message":{"leaf":2}}""");
        Assert.Contains(trigger, await RunAsync("triggers", "ls"), StringComparison.Ordinal);
        var launched = await RunAsync("triggers", "launch", trigger);
        await WaitForAsync(launched, "done");
        Assert.Contains("done", await RunAsync("triggers", "ls"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("triggers", "launch", "ghost"));

        await WaitForMetricsAsync(
            ("cozy_jobs_pushed_total", "log"), ("cozy_jobs_pushed_total", "zip"), ("cozy_jobs_ended_total", "zip"), ("cozy_jobs_failures_total", "zip"),
            ("cozy_jobs_open", "client"), ("cozy_jobs_wait_seconds_count", "log"), ("cozy_jobs_run_seconds_count", "log"));

        Assert.Equal("Removed 0 jobs", await RunAsync("jobs", "purge"));
        Assert.Equal("Removed 1 jobs", await RunAsync("jobs", "purge", "--older-than", "0s", "--worker", "zip"));
        Assert.Equal("Removed 1 jobs", await RunAsync("jobs", "purge", "--older-than", "0s"));
        Assert.Contains(open, await RunAsync("jobs", "ls"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connectors_are_installed_with_parameters_run_for_an_account_and_kept_from_running()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "meter")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "index.js"), "", Cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "manifest.konnector"), """{"name":"Meter","slug":"meter","version":"1.0.0","type":"konnector","language":"node","permissions":{}}""", Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _server.CliAsync("konnectors", "install", folder));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("konnectors", "install", folder, "--parameters", "[1]"));
        Assert.Equal(
            $"{Domain}: meter 1.0.0 is ready", await _server.CliAsync("konnectors", "install", folder, "--all-domains", "--parameters", """{"unit":"kWh"}"""));
        Assert.Contains("\"unit\":\"kWh\"", await RunAsync("konnectors", "show", "meter"), StringComparison.Ordinal);

        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("konnectors", "run", "meter"));
        using var client = new CozyClient(_server.Url, Domain, await _server.CliAsync("instances", "token-cli", Domain, "io.cozy.triggers"));
        foreach (var account in new[] { "one", "two" })
        {
            var message = $$"""{"konnector":"meter","account":"{{account}}"}""";
            await AddAsync(client, "/jobs/triggers", "{\"type\":\"@daily\",\"arguments\":\"before 5am\",\"worker\":\"konnector\",\"message\":" + message + "}");
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("konnectors", "run", "meter"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("konnectors", "run", "meter", "--account-id", "three"));
        await WaitForAsync(await RunAsync("konnectors", "run", "meter", "--account-id", "two"), "errored");

        await _server.CliAsync("konnectors", "maintenance", "meter", "--no-manual-exec");
        var stopped = await RunAsync("konnectors", "run", "meter", "--account-id", "one");
        await WaitForAsync(stopped, "errored");
        Assert.Equal("MAINTENANCE", (await ShowAsync(stopped)).GetProperty("error").GetString());
    }

    /// <summary>Waits until all of these are counted, each with the worker's name and more than nothing.</summary>
    private async Task WaitForMetricsAsync(params (string Name, string Worker)[] wanted)
    {
        using var http = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            var lines = (await http.GetStringAsync(new Uri($"{_server.AdminUrl}/metrics"), Cancellation)).Split('\n');
            var missing = wanted.Where(one => !lines.Any(line => line.StartsWith(one.Name + "{", StringComparison.Ordinal)
                && line.Contains($"worker=\"{one.Worker}\"", StringComparison.Ordinal)
                && line[(line.LastIndexOf('}') + 2)..].Split(' ')[0] != "0")).ToList();
            if (missing.Count == 0)
                return;
            Assert.True(attempt < 50, $"{string.Join(' ', missing)} are not in\n{string.Join('\n', lines.Where(line => line.Contains("cozy", StringComparison.Ordinal)))}");
            await Task.Delay(200, Cancellation);
        }
    }

    private static async Task<string> AddAsync(CozyClient client, string path, string attributes)
    {
        var answer = await client.JsonAsync(HttpMethod.Post, path, $$$"""{"data":{"attributes":{{{attributes}}}}}""", Cancellation);
        return answer.GetProperty("data").GetProperty("id").GetString()!;
    }

    private async Task WaitForAsync(string id, string state)
    {
        for (var attempt = 0; ; attempt++)
        {
            var job = await ShowAsync(id);
            if (job.GetProperty("state").GetString() == state)
                return;
            Assert.True(attempt < 100, $"The job is {job}.");
            await Task.Delay(50, Cancellation);
        }
    }

    private async Task<JsonElement> ShowAsync(string id) => JsonDocument.Parse(await RunAsync("jobs", "show", id)).RootElement;

    private Task<string> RunAsync(params string[] arguments) => _server.CliAsync([.. arguments, "--domain", Domain]);
}
