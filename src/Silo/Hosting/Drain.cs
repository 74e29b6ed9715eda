using Microsoft.AspNetCore.Connections;

namespace Cozy.Silo.Hosting;

/// <summary>
/// Ends connections whose requests do not finish in time when the server stops, so that the silo still has the time to
/// stop in order.
/// </summary>
internal sealed class Drain : IDisposable
{
    private readonly CancellationTokenSource _end;

    public Drain(IHostApplicationLifetime lifetime, TimeSpan timeout, TimeProvider time)
    {
        _end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        lifetime.ApplicationStopping.Register(() => _end.CancelAfter(timeout));
    }

    /// <summary>A step of every connection.</summary>
    public ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        using var registration = _end.Token.UnsafeRegister(
            static state => ((ConnectionContext)state!).Abort(new ConnectionAbortedException("The server stops.")), connection);
        await next(connection);
    };

    public void Dispose() => _end.Dispose();
}
