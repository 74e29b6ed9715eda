using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Cluster.Tests;

/// <summary>Several silos are one server: what one has acknowledged the others know, and a dead one is replaced.</summary>
public sealed class FarmTests : IAsyncLifetime
{
    private const string Doctype = "io.cozy.farms";
    private readonly Farm _farm = new();

    public ValueTask InitializeAsync() => _farm.InitializeAsync();

    public ValueTask DisposeAsync() => _farm.DisposeAsync();

    [Fact]
    public async Task What_one_silo_acknowledged_is_read_through_another_at_once()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var (first, second) = (await _farm.AddSiloAsync(), await _farm.AddSiloAsync());
        using var client = await NewInstanceAsync(first);

        var created = await client.JsonAsync(HttpMethod.Post, $"/data/{Doctype}/", """{"n":1}""", cancellationToken);
        var id = created.GetProperty("id").GetString()!;
        var bytes = RandomNumberGenerator.GetBytes(200_000);
        var file = await client.UploadAsync("shared.bin", bytes, cancellationToken);

        client.Server = second.Url;
        Assert.Equal(1, (await ReadAsync(client, id)).GetProperty("n").GetInt32());
        Assert.Equal(bytes, await client.DownloadAsync(file, cancellationToken));

        // And back: an update through the second is what the first shows.
        var rev = created.GetProperty("rev").GetString();
        await client.JsonAsync(
            HttpMethod.Put, $"/data/{Doctype}/{id}", $$"""{"_id":"{{id}}","_rev":"{{rev}}","n":2}""", cancellationToken);
        client.Server = first.Url;
        Assert.Equal(2, (await ReadAsync(client, id)).GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task When_the_silo_of_an_instance_dies_another_takes_over_and_nothing_acknowledged_is_missing()
    {
        var (first, second) = (await _farm.AddSiloAsync(), await _farm.AddSiloAsync());

        // Its grains live where it was asked for first.
        using var client = await NewInstanceAsync(first);
        var acknowledged = new ConcurrentDictionary<string, int>();
        await WriteAsync(client, acknowledged);

        client.Server = second.Url;
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(_ => WriteUntilStoppedAsync(client, acknowledged, stop.Token)).ToList();
        await Until.SucceedsAsync(() => Task.FromResult(acknowledged.Count > 50));
        await first.KillAsync();

        var atDeath = acknowledged.Count;
        await Until.SucceedsAsync(() => Task.FromResult(acknowledged.Count > atDeath + 50));
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        foreach (var (id, n) in acknowledged)
            Assert.Equal(n, (await ReadAsync(client, id)).GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task A_silo_that_joins_takes_load_and_can_carry_on_alone()
    {
        var (first, second) = (await _farm.AddSiloAsync(), await _farm.AddSiloAsync());
        using var old = await NewInstanceAsync(first);
        var acknowledged = new ConcurrentDictionary<string, int>();
        await WriteAsync(old, acknowledged);

        var third = await _farm.AddSiloAsync();
        using var young = await NewInstanceAsync(third);
        var youngAcknowledged = new ConcurrentDictionary<string, int>();
        await WriteAsync(young, youngAcknowledged);

        await Task.WhenAll(first.KillAsync(), second.KillAsync());
        old.Server = third.Url;
        await Until.SucceedsAsync(async () =>
        {
            await WriteAsync(old, acknowledged);
            await WriteAsync(young, youngAcknowledged);
            return true;
        });

        foreach (var (client, written) in ((CozyClient, ConcurrentDictionary<string, int>)[])[(old, acknowledged), (young, youngAcknowledged)])
        {
            foreach (var (id, n) in written)
                Assert.Equal(n, (await ReadAsync(client, id)).GetProperty("n").GetInt32());
        }
    }

    internal static async Task<CozyClient> NewInstanceAsync(CozyServer silo)
    {
        var domain = $"{Guid.NewGuid():N}.localhost";
        await silo.CliAsync("instances", "add", domain, "--passphrase", "farm");
        var token = await silo.CliAsync("instances", "token-cli", domain, Doctype, "io.cozy.files");
        return new CozyClient(silo.Url, domain, token);
    }

    private static Task<JsonElement> ReadAsync(CozyClient client, string id) =>
        client.JsonAsync(HttpMethod.Get, $"/data/{Doctype}/{id}", null, TestContext.Current.CancellationToken);

    private static async Task WriteAsync(CozyClient client, ConcurrentDictionary<string, int> acknowledged)
    {
        var n = RandomNumberGenerator.GetInt32(int.MaxValue);
        var created = await client.JsonAsync(HttpMethod.Post, $"/data/{Doctype}/", $$"""{"n":{{n}}}""");
        acknowledged[created.GetProperty("id").GetString()!] = n;
    }

    private static async Task WriteUntilStoppedAsync(
        CozyClient client, ConcurrentDictionary<string, int> acknowledged, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await WriteAsync(client, acknowledged);
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                // Refused, or its outcome is unknown: it was not acknowledged.
            }
        }
    }
}
