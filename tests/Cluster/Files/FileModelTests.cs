using System.Globalization;
using System.Net;
using Cozy.Testing;
using Xunit;

namespace Cozy.Cluster.Tests.Files;

/// <summary>Many clients change files at once; the server must have exactly what their simple pictures have.</summary>
public sealed class FileModelTests : IDisposable
{
    private const int Clients = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("cozy-files-").FullName;
    private readonly int _port = FreePort.Next();
    private readonly int _adminPort = FreePort.Next();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Thousands_of_concurrent_changes_leave_what_the_clients_believe()
    {
        await using var server = await StartAsync();
        using var client = await CreateInstanceAsync(server);
        var workers = await PrepareAsync(client);

        await Task.WhenAll(workers.Select(async worker =>
        {
            while (worker.Changes < 300)
                await worker.StepAsync();
        }));

        await CheckAsync(server, client, workers);
    }

    [Fact]
    public async Task Killing_the_server_again_and_again_loses_nothing_and_leaves_nothing_half_done()
    {
        var server = await StartAsync();
        using var client = await CreateInstanceAsync(server);
        var workers = await PrepareAsync(client);
        for (var kill = 0; kill < 6; kill++)
        {
            var before = workers.Sum(worker => worker.Changes);
            var running = workers.Select(worker => Task.Run(() => WorkUntilItDiesAsync(worker))).ToList();
            while (workers.Sum(worker => worker.Changes) < before + 150 + (17 * kill))
                await Task.Delay(5, TestContext.Current.CancellationToken);
            await server.KillAsync();
            await Task.WhenAll(running);
            await server.DisposeAsync();

            server = await StartAsync();
            foreach (var worker in workers)
                await worker.SettleAsync();
        }

        await using (server)
            await CheckAsync(server, client, workers);
    }

    [Fact]
    public async Task A_silo_of_a_farm_that_dies_loses_nothing_and_leaves_nothing_half_done()
    {
        var farm = new Farm();
        await using var end = farm;
        await farm.InitializeAsync();

        // Its grains live where it was asked for first, and are reached through the other silo.
        var first = await farm.AddSiloAsync();
        using var client = await CreateInstanceAsync(first);
        var workers = await PrepareAsync(client);
        var second = await farm.AddSiloAsync();
        client.Server = second.Url;
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(workers.Select(worker => Task.Run(() => WorkUntilItDiesAsync(worker, stop.Token))));
        while (workers.Sum(worker => worker.Changes) < 200)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        await first.KillAsync();

        // The other silo takes over, so that not all of them see it die.
        var atDeath = workers.Sum(worker => worker.Changes);
        while (!running.IsCompleted && workers.Sum(worker => worker.Changes) < atDeath + 50)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;

        foreach (var worker in workers)
        {
            await Until.SucceedsAsync(async () =>
            {
                await worker.SettleAsync();
                return true;
            });
        }

        await Task.WhenAll(workers.Select(async worker =>
        {
            for (var before = worker.Changes; worker.Changes < before + 20;)
                await worker.StepAsync();
        }));
        await CheckAsync(second, client, workers);
    }

    private static async Task WorkUntilItDiesAsync(FileModelClient worker, CancellationToken stop = default)
    {
        try
        {
            while (!stop.IsCancellationRequested)
                await worker.StepAsync();
        }
        catch (Exception failure) when (failure is HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError } or IOException or TaskCanceledException)
        {
            // The connection broke, or the silo behind it did: what was not acknowledged may be there or not.
        }
    }

    private Task<CozyServer> StartAsync() => CozyServer.StartAsync(
        ["--data", _folder, "--no-first-instance"], null, _port, _adminPort, TestContext.Current.CancellationToken);

    private static async Task<CozyClient> CreateInstanceAsync(CozyServer server)
    {
        var domain = $"{Guid.NewGuid():N}.localhost";
        await server.CliAsync("instances", "add", domain, "--passphrase", "model");
        var token = await server.CliAsync("instances", "token-cli", domain, "io.cozy.files");
        return new CozyClient(server.Url, domain, token);
    }

    private static async Task<List<FileModelClient>> PrepareAsync(CozyClient client)
    {
        var workers = Enumerable.Range(0, Clients).Select(i => new FileModelClient(client, $"client{i}", seed: i)).ToList();
        foreach (var worker in workers)
            await worker.PrepareAsync();
        return workers;
    }

    private static async Task CheckAsync(CozyServer server, CozyClient client, List<FileModelClient> workers)
    {
        foreach (var worker in workers)
        {
            await worker.SettleAsync();
            await worker.CheckContentsAsync();
        }

        var usage = await client.JsonAsync(HttpMethod.Get, "/settings/disk-usage");
        var used = usage.GetProperty("data").GetProperty("attributes").GetProperty("used").GetString()!;
        Assert.Equal(workers.Sum(worker => worker.Model.Bytes), long.Parse(used, CultureInfo.InvariantCulture));

        // What a crash may leave are contents that nothing refers to: the check finds and removes them, and nothing else.
        await server.CliAsync("files", "check", client.Domain, "--repair");
        var found = await server.CliAsync("files", "check", client.Domain);
        Assert.DoesNotContain("missing", found, StringComparison.OrdinalIgnoreCase);
        foreach (var worker in workers)
            await worker.CheckContentsAsync();
    }
}
