using System.Collections.Concurrent;
using Cozy.Testing;
using Xunit;

namespace Cozy.Cluster.Tests;

/// <summary>Events reach listeners at every silo, and when one dies no listener is left in the dark.</summary>
public sealed class RealtimeFarmTests : IAsyncLifetime
{
    private const string Doctype = "io.cozy.farms";
    private readonly Farm _farm = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _farm.InitializeAsync();

    public ValueTask DisposeAsync() => _farm.DisposeAsync();

    [Fact]
    public async Task What_is_written_through_one_silo_is_heard_at_every_silo()
    {
        var (first, second) = (await _farm.AddSiloAsync(), await _farm.AddSiloAsync());
        using var client = await FarmTests.NewInstanceAsync(first);
        using var here = await ListenAsync(client, first);
        using var there = await ListenAsync(client, second);

        foreach (var through in (CozyServer[])[first, second])
        {
            client.Server = through.Url;
            for (var i = 0; i < 20; i++)
            {
                var id = await WriteAsync(client);
                Assert.Equal([id, id], [await HearAsync(here), await HearAsync(there)]);
            }
        }
    }

    [Theory]
    [InlineData("doctype")]
    [InlineData("doctype and realtime")]
    public async Task When_the_silo_of_the_grains_dies_a_socket_hears_everything_or_is_closed(string grains)
    {
        var (first, second) = (await _farm.AddSiloAsync(), await _farm.AddSiloAsync());

        // Grains live where they are first asked for; the listener and the writer are at the second silo.
        using var client = await FarmTests.NewInstanceAsync(first);
        await WriteAsync(client);
        using var early = grains.EndsWith("realtime", StringComparison.Ordinal) ? await ListenAsync(client, first) : null;
        client.Server = second.Url;
        using var stop = new CancellationTokenSource();
        var writes = new ConcurrentDictionary<string, int>();
        var session = 0;
        var writer = WriteUntilStoppedAsync(client, writes, () => Volatile.Read(ref session), stop.Token);

        var isKilled = false;
        var closes = 0;
        while (true)
        {
            using var socket = await ListenAsync(client, second);
            Interlocked.Increment(ref session);
            var heard = new HashSet<string>();
            while (await HearAsync(socket) is { } id)
            {
                heard.Add(id);
                if (!isKilled && heard.Count > 20)
                {
                    isKilled = true;
                    await first.KillAsync();
                }

                // A socket that is open has heard of all that was written since it was obeyed.
                if (isKilled && closes > 0 && heard.Count > 50)
                {
                    await stop.CancelAsync();
                    await writer;
                    Assert.True(await HearAllAsync(
                        socket, heard, writes.Where(write => write.Value == session).Select(write => write.Key)));
                    return;
                }
            }

            closes++;
            Assert.Equal(1013, socket.Closed!.Value.Status);
        }
    }

    private static async Task<RealtimeClient> ListenAsync(CozyClient client, CozyServer silo)
    {
        RealtimeClient? socket = null;
        await Until.SucceedsAsync(async () =>
        {
            var attempt = await RealtimeClient.ConnectAsync(silo.Url, client.Domain, client.Token, cancellationToken: Cancellation);
            try
            {
                await attempt.SubscribeAsync(Doctype, cancellationToken: Cancellation);
                socket = attempt;
                return true;
            }
            catch (InvalidOperationException)
            {
                // While a silo is dying a subscription may be refused; it is not lost in silence.
                attempt.Dispose();
                return false;
            }
        });
        return socket!;
    }

    /// <summary>Whether the rest comes before the socket is closed.</summary>
    private static async Task<bool> HearAllAsync(RealtimeClient socket, HashSet<string> heard, IEnumerable<string> expected)
    {
        var missing = expected.Except(heard).ToHashSet();
        while (missing.Count > 0)
        {
            if (await HearAsync(socket) is not { } id)
                return false;
            missing.Remove(id);
        }

        return true;
    }

    private static async Task<string?> HearAsync(RealtimeClient socket) =>
        (await socket.NextAsync(Cancellation))?.GetProperty("payload").GetProperty("id").GetString();

    private static async Task<string> WriteAsync(CozyClient client) =>
        (await client.JsonAsync(HttpMethod.Post, $"/data/{Doctype}/", "{}", Cancellation)).GetProperty("id").GetString()!;

    /// <summary>Writes, and notes for each acknowledged write which session was open when it began.</summary>
    private static async Task WriteUntilStoppedAsync(
        CozyClient client, ConcurrentDictionary<string, int> writes, Func<int> session, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var began = session();
            try
            {
                writes[await WriteAsync(client)] = began;
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                // Refused, or its outcome is unknown.
            }

            await Task.Delay(5, CancellationToken.None);
        }
    }
}
