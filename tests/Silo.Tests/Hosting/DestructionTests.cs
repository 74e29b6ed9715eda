using System.Net;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.Hosting;

/// <summary>A server that is killed while it destroys an instance.</summary>
public sealed class DestructionTests : IDisposable
{
    private const int Attempts = 10;
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Documents => Path.Combine(_folder.Path, "documents");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_crash_leaves_of_an_instance_that_is_destroyed_is_erased_after_the_next_start()
    {
        var domain = "bob.localhost";
        for (var attempt = 0; ; attempt++)
        {
            var isInterrupted = await DestroyAndDieAsync(domain);
            await using var server = await StartAsync();
            using var client = new CozyClient(server.Url, domain, null);
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client));
            await WaitAsync(() => Task.FromResult(PartitionsOfInstances().Length == 0));

            // The name is free again, whatever step the crash came before.
            await WaitAsync(async () => (await CozyProgram.RunAsync(
                ["instances", "add", domain, "--passphrase", "x", "--admin-url", server.AdminUrl], cancellationToken: Cancellation)).ExitCode == 0);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
            await server.CliAsync("instances", "rm", domain, "--force");

            // Now and then the machine is so slow that nothing was left to interrupt.
            if (isInterrupted)
                return;
            Assert.True(attempt < Attempts, "No destruction could be interrupted.");
        }
    }

    /// <summary>Whether the server died while something of the instance was left.</summary>
    private async Task<bool> DestroyAndDieAsync(string domain)
    {
        await using var server = await StartAsync();
        await server.CliAsync("instances", "add", domain, "--passphrase", "x");
        using var client = new CozyClient(server.Url, domain, null);
        Assert.Single(PartitionsOfInstances());
        var destroying = CozyProgram.RunAsync(
            ["instances", "rm", domain, "--force", "--admin-url", server.AdminUrl], cancellationToken: Cancellation);

        // From the first step on nothing answers under the name; then it is waited for what front ends still let through.
        await WaitAsync(async () => await StatusAsync(client) == HttpStatusCode.NotFound);
        await server.KillAsync();
        await destroying;
        return PartitionsOfInstances().Length > 0;
    }

    private string[] PartitionsOfInstances() => Directory.GetFiles(Documents, "cozy*.sqlite");

    private static async Task<HttpStatusCode> StatusAsync(CozyClient client)
    {
        using var answer = await client.SendAsync(HttpMethod.Get, "/data/", cancellationToken: Cancellation);
        return answer.StatusCode;
    }

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(20, Cancellation);
    }

    private Task<CozyServer> StartAsync() => CozyServer.StartAsync(
        ["--data", _folder.Path, "--no-first-instance"],
        new Dictionary<string, string> { ["COZY_Web__InstanceCacheTime"] = "00:00:00" },
        cancellationToken: Cancellation);
}
