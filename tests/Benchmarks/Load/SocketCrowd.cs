using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;

namespace Cozy.Benchmarks.Load;

/// <summary>Many sockets that all hear the same; measures how long a message takes to reach each of them.</summary>
internal sealed class SocketCrowd : IDisposable
{
    private readonly List<ClientWebSocket> _sockets = [];
    private readonly List<double> _latencies = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource _allHeard = new();
    private long _started;
    private int _missing;

    /// <summary>Connects sockets and sends each its first messages.</summary>
    public static async Task<SocketCrowd> ConnectAsync(int count, Uri address, string? host, params string[] messages)
    {
        var crowd = new SocketCrowd();
        for (var i = 0; i < count; i++)
        {
            var socket = new ClientWebSocket();
            crowd._sockets.Add(socket);
            if (host is not null)
                socket.Options.SetRequestHeader("Host", host);
            await socket.ConnectAsync(address, CancellationToken.None);
            foreach (var message in messages)
                await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, CancellationToken.None);
            _ = crowd.HearAsync(socket);
        }

        return crowd;
    }

    /// <summary>For so long has something said, again when all sockets have heard the one before. One that misses it is a failure.</summary>
    public async Task<Measurement> RunAsync(TimeSpan duration, Func<Task> say)
    {
        _latencies.Clear();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < duration)
        {
            _allHeard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _missing = _sockets.Count;
            _started = Stopwatch.GetTimestamp();
            await say();
            await _allHeard.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        var sorted = _latencies.Order().ToArray();
        return new Measurement(
            sorted.Length / clock.Elapsed.TotalSeconds, sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)]);
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    private async Task HearAsync(ClientWebSocket socket)
    {
        var buffer = new byte[8 * 1024];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                    throw new InvalidOperationException($"A socket was closed: {socket.CloseStatusDescription}");
                if (received.EndOfMessage)
                    Count(Stopwatch.GetElapsedTime(_started).TotalMilliseconds);
            }
        }
        catch (Exception failure)
        {
            _allHeard.TrySetException(failure);
        }
    }

    private void Count(double latency)
    {
        lock (_lock)
        {
            _latencies.Add(latency);
            if (--_missing == 0)
                _allHeard.TrySetResult();
        }
    }
}
