using System.Net.WebSockets;
using Cozy.Grains.Errors;
using Cozy.Grains.Realtime;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Realtime;

/// <summary>One client: obeys its commands in their order and sends it what it wants to hear.</summary>
internal sealed partial class RealtimeSocket : IDisposable
{
    private readonly WebSocket _connection;
    private readonly HttpContext _context;
    private readonly SocketPlaces.Place _place;
    private readonly InstanceListener _listener;
    private readonly SocketCaller _callers;
    private readonly RealtimeOptions _options;
    private readonly TimeProvider _time;
    private readonly SocketQueue _queue;
    private readonly HashSet<Subscription> _subscriptions = [];

    /// <summary>Commands and checks both use the request and the subscriptions.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    private string? _token;
    private Caller? _caller;
    private long _checked;

    public RealtimeSocket(
        WebSocket connection, HttpContext context, SocketPlaces.Place place, InstanceListener listener, SocketCaller callers,
        RealtimeOptions options, TimeProvider time)
    {
        (_connection, _context, _place, _listener, _callers, _options, _time) =
            (connection, context, place, listener, callers, options, time);
        _queue = new SocketQueue(options);
    }

    /// <summary>Runs until the connection has ended.</summary>
    public async Task RunAsync()
    {
        using var late = _time.CreateTimer(_ => CloseIfUnknown(), null, _options.TokenTimeout, Timeout.InfiniteTimeSpan);
        var (receiving, sending) = (ReceiveAllAsync(), SendAllAsync());
        await Task.WhenAny(receiving, sending);
        _queue.Close(RealtimeErrors.Done);
        await sending;
        await EndAsync(receiving);
        foreach (var subscription in _subscriptions)
            _listener.Unsubscribe(this, subscription);
    }

    /// <summary>Sends a message, after those that wait.</summary>
    public void Send(byte[] message) => _queue.Add(message);

    /// <summary>Ends the connection once what waits is sent.</summary>
    public void Close(CloseReason reason) => _queue.Close(reason);

    /// <summary>Ends the connection without what waits.</summary>
    public void Drop(CloseReason reason) => _queue.Drop(reason);

    /// <summary>Looks whether the token is still good, if that was long ago.</summary>
    public void CheckIfIdle()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _checked)) > _options.PingInterval)
            _ = CheckIfOpenAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task CheckIfOpenAsync()
    {
        try
        {
            await CheckAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
    }

    /// <summary>Gives the client the time to answer the end; then it has no say in it.</summary>
    private async Task EndAsync(Task receiving)
    {
        try
        {
            await receiving.WaitAsync(_options.SendTimeout, _time);
        }
        catch (TimeoutException)
        {
            _connection.Abort();
            await receiving;
        }
    }

    private void CloseIfUnknown()
    {
        if (Volatile.Read(ref _token) is null)
            Close(RealtimeErrors.NoToken);
    }

    /// <summary>Obeys one message; false ends the conversation.</summary>
    private async Task<bool> ObeyAsync(ReadOnlyMemory<byte> message)
    {
        var command = RealtimeCommand.Parse(message);
        await _turn.WaitAsync();
        try
        {
            if (_caller is null && command?.Is("AUTH") != true)
            {
                Send(RealtimeErrors.UnknownMethod(command, isAuthenticated: false));
                return End(RealtimeErrors.NoToken);
            }

            if (command is null)
                return End(RealtimeErrors.BadMessage);
            if (command.Is("AUTH"))
                return await AuthenticateAsync(command);
            await SubscribeOrNotAsync(command);
            return true;
        }
        catch (Exception failure) when (failure is CozyException or TimeoutException or Orleans.Runtime.OrleansException or OperationCanceledException)
        {
            return End(RealtimeErrors.Unavailable);
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool End(CloseReason reason)
    {
        Close(reason);
        return false;
    }

    private async Task<bool> AuthenticateAsync(RealtimeCommand command)
    {
        try
        {
            if (string.IsNullOrEmpty(command.Token))
                throw new ApiException(Auth.Tokens.TokenErrors.Missing);
            _caller = await _callers.ReadAsync(_context, command.Token);
        }
        catch (ApiException)
        {
            Send(RealtimeErrors.Unauthorized(command));
            return End(RealtimeErrors.BadToken);
        }

        if (!_place.TryPromote())
        {
            Send(RealtimeErrors.TooManyRequests(command, "There are too many sockets", isAuthenticated: false));
            return End(RealtimeErrors.TooMany);
        }

        Volatile.Write(ref _token, command.Token);
        Volatile.Write(ref _checked, _time.GetTimestamp());
        return await MayHearAllAsync(_caller) || End(RealtimeErrors.NotAllowedAnyMore);
    }

    private async Task SubscribeOrNotAsync(RealtimeCommand command)
    {
        var isSubscribe = command.Is("SUBSCRIBE");
        var subscription = new Subscription(command.Doctype, command.Id);
        if (!isSubscribe && !command.Is("UNSUBSCRIBE"))
            Send(RealtimeErrors.UnknownMethod(command, isAuthenticated: true));
        else if (command.Doctype.Length == 0)
            Send(RealtimeErrors.MissingType(command));
        else if (!isSubscribe)
            Unsubscribe(subscription);
        else if (!await _callers.AllowsAsync(_context, _caller!, subscription))
            Send(RealtimeErrors.Forbidden(command));
        else if (_subscriptions.Count >= _options.MaxSubscriptions && !_subscriptions.Contains(subscription))
            Send(RealtimeErrors.TooManyRequests(
                command, $"A socket can have {_options.MaxSubscriptions} subscriptions", isAuthenticated: true));
        else if (_subscriptions.Add(subscription))
            await _listener.SubscribeAsync(this, subscription);
    }

    private void Unsubscribe(Subscription subscription)
    {
        if (_subscriptions.Remove(subscription))
            _listener.Unsubscribe(this, subscription);
    }

    private async Task<bool> MayHearAllAsync(Caller caller)
    {
        foreach (var subscription in _subscriptions)
        {
            if (!await _callers.AllowsAsync(_context, caller, subscription))
                return false;
        }

        return true;
    }
}
