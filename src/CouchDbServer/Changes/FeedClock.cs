using Cozy.CouchDbServer.Http;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Waits for a change, keeps the connection alive meanwhile, and gives up when nothing comes.</summary>
internal sealed class FeedClock(Exchange exchange, ChangesOptions options)
{
    private readonly TimeProvider _time = exchange.Protocol.Time;
    private long _quietSince = exchange.Protocol.Time.GetTimestamp();
    private long _silentSince = exchange.Protocol.Time.GetTimestamp();

    /// <summary>Says that there was something to tell: the time to wait begins anew.</summary>
    public void Restart() => _quietSince = _silentSince = _time.GetTimestamp();

    /// <summary>True when the signal came; false when the time is over or the feed has to end.</summary>
    public async Task<bool> WaitAsync(Task signal, byte[] heartbeat)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(exchange.Aborted, exchange.FeedsEnd);
        while (true)
        {
            var left = options.Timeout - _time.GetElapsedTime(_quietSince);
            if (left <= TimeSpan.Zero)
                return signal.IsCompleted;
            if (options.Heartbeat - _time.GetElapsedTime(_silentSince) <= TimeSpan.Zero)
                await BeatAsync(heartbeat);

            var slice = Shorter(left, options.Heartbeat - _time.GetElapsedTime(_silentSince)) ?? Timeout.InfiniteTimeSpan;
            try
            {
                await signal.WaitAsync(slice, _time, end.Token);
                return true;
            }
            catch (TimeoutException)
            {
                // The next round sees whether it is time for a heartbeat or for the end.
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
        _silentSince = _time.GetTimestamp();
    }

    private static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other)
    {
        var shorter = one is null || other < one ? other : one;
        // A moment later it may be over: nobody can wait for less than no time.
        return shorter < TimeSpan.Zero ? TimeSpan.Zero : shorter;
    }
}
