using Cozy.CouchDbServer.Http;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Waits for a change, keeps the connection alive meanwhile, and gives up when nothing comes.</summary>
internal sealed class FeedClock(Exchange exchange, ChangesOptions options)
{
    /// <summary>True when the signal came; false when the time is over or the server stops.</summary>
    public async Task<bool> WaitAsync(Task signal, byte[] heartbeat)
    {
        var time = exchange.Server.Time;
        var start = time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(exchange.Aborted, exchange.Server.Stopping);
        while (true)
        {
            var left = options.Timeout - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                return signal.IsCompleted;

            var slice = Shorter(left, options.Heartbeat) ?? Timeout.InfiniteTimeSpan;
            try
            {
                await signal.WaitAsync(slice, time, stop.Token);
                return true;
            }
            catch (TimeoutException)
            {
                if (options.Heartbeat is not null)
                    await BeatAsync(heartbeat);
            }
            catch (OperationCanceledException) when (!exchange.Aborted.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    private async Task BeatAsync(byte[] heartbeat)
    {
        await exchange.Http.Response.BodyWriter.WriteAsync(heartbeat, exchange.Aborted);
    }

    private static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) =>
        one is null ? other
        : other is null || one < other ? one
        : other;
}
