using Cozy.Grains.Realtime;
using Cozy.Web.Http;
using Microsoft.Extensions.Logging;

namespace Cozy.Web.Realtime;

/// <summary>
/// Hears the events of one instance for all its sockets at this silo. Whenever it may have missed some it closes the
/// sockets concerned, so that a socket that is open has missed nothing.
/// </summary>
internal sealed partial class InstanceListener : IRealtimeObserver, IDisposable
{
    private readonly IGrainFactory _grains;
    private readonly IRealtimeGrain _realtime;
    private readonly IRealtimeObserver _self;
    private readonly RealtimeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DoctypeSockets> _sockets = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _registering = new(1);
    private readonly CancellationTokenSource _end = new();
    private volatile HashSet<string>? _registered;
    private Guid _name = Guid.NewGuid();

    public InstanceListener(
        string instanceId, IGrainFactory grains, RealtimeOptions options, TimeProvider time, ILogger logger)
    {
        _grains = grains;
        _realtime = grains.GetGrain<IRealtimeGrain>(instanceId);
        _self = grains.CreateObjectReference<IRealtimeObserver>(this);
        _options = options;
        _time = time;
        _logger = logger;
        _ = RenewAsync();
    }

    /// <summary>Adds a subscription; later events are heard when this returns.</summary>
    public async Task SubscribeAsync(RealtimeSocket socket, Subscription subscription)
    {
        lock (_lock)
        {
            if (!_sockets.TryGetValue(subscription.Doctype, out var sockets))
                _sockets.Add(subscription.Doctype, sockets = new DoctypeSockets());
            sockets.Add(socket, subscription.Id);
        }

        if (_registered?.Contains(subscription.Doctype) != true)
            await RegisterAsync(subscription.Doctype);
    }

    /// <summary>Removes a subscription.</summary>
    public void Unsubscribe(RealtimeSocket socket, Subscription subscription)
    {
        lock (_lock)
        {
            if (!_sockets.TryGetValue(subscription.Doctype, out var sockets))
                return;
            sockets.Remove(socket, subscription.Id);
            if (sockets.IsEmpty)
                _sockets.Remove(subscription.Doctype);
        }
    }

    /// <inheritdoc/>
    public Task ReceiveAsync(RealtimeDelivery delivery)
    {
        lock (_lock)
        {
            if (delivery.Listener != _name)
                return Task.CompletedTask;
            foreach (var doctype in delivery.Missed)
                CloseSockets(doctype);
            foreach (var told in delivery.Events)
            {
                if (_sockets.TryGetValue(told.Doctype, out var sockets))
                    sockets.Send(told.Id, new Lazy<byte[]>(() => EventFrame.Of(told)));
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Ends it; there are no sockets any more.</summary>
    public void Dispose()
    {
        // What still waits for one of these two ends by it; neither holds anything that must be given back.
        _end.Cancel();
        _ = LeaveAsync();
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(_options.Heartbeat, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                await TryRenewAsync();
                CheckSockets();
            }
        }
        catch (OperationCanceledException)
        {
            // The last socket went.
        }
    }

    private async Task TryRenewAsync()
    {
        if (_registered is null)
            return;
        try
        {
            await RegisterAsync(null);
        }
        catch (Exception failure)
        {
            // When the grain can be reached again it says whether it still knows this listener.
            LogNotRenewed(_logger, failure);
        }
    }

    /// <summary>Tells the grain what is wanted. One call at a time, so that the last one says all.</summary>
    private async Task RegisterAsync(string? wanted)
    {
        await _registering.WaitAsync(_end.Token);
        try
        {
            if (wanted is not null && _registered?.Contains(wanted) == true)
                return;

            string[] doctypes;
            lock (_lock)
                doctypes = [.. _sockets.Keys];
            var isKnown = await GrainCalls.RetryOnceAsync(
                (Listener: this, doctypes),
                static (call, _) => call.Listener._realtime.ListenAsync(
                    call.Listener._name, call.Listener._self, call.Listener._registered is not null, call.doctypes));
            if (isKnown)
                _registered = doctypes.ToHashSet(StringComparer.Ordinal);
            else
                StartAgain();
        }
        finally
        {
            _registering.Release();
        }
    }

    private void StartAgain()
    {
        lock (_lock)
        {
            foreach (var doctype in _sockets.Keys.ToList())
                CloseSockets(doctype);
            _name = Guid.NewGuid();
            _registered = null;
        }
    }

    private void CloseSockets(string doctype)
    {
        if (!_sockets.TryGetValue(doctype, out var sockets))
            return;
        foreach (var socket in sockets.All)
            socket.Drop(RealtimeErrors.Missed);
    }

    private void CheckSockets()
    {
        List<RealtimeSocket> sockets;
        lock (_lock)
            sockets = [.. _sockets.Values.SelectMany(subscribed => subscribed.All).Distinct()];
        foreach (var socket in sockets)
            socket.CheckIfIdle();
    }

    private async Task LeaveAsync()
    {
        await _registering.WaitAsync();
        try
        {
            if (_registered is not null)
                await _realtime.LeaveAsync(_name);
        }
        catch (Exception failure)
        {
            // Without renewals it is forgotten anyway.
            LogNotRenewed(_logger, failure);
        }
        finally
        {
            _grains.DeleteObjectReference<IRealtimeObserver>(_self);
            _registering.Release();
        }
    }

    [LoggerMessage(2101, LogLevel.Debug, "A listener could not be renewed")]
    private static partial void LogNotRenewed(ILogger logger, Exception failure);
}
