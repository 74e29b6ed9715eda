using System.Net.WebSockets;
using Cozy.Grains.Errors;
using Cozy.Web.Errors;

namespace Cozy.Web.Realtime;

/// <content>What comes in and what goes out.</content>
internal sealed partial class RealtimeSocket
{
    private const int FirstBufferBytes = 1024;

    private async Task ReceiveAllAsync()
    {
        var buffer = new byte[Math.Min(FirstBufferBytes, _options.MaxMessageBytes)];
        var length = 0;
        try
        {
            while (true)
            {
                var received = await _connection.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                    return;
                length += received.Count;
                if (received.EndOfMessage)
                {
                    // What is sent after the end of the conversation is read, so that the client gets to know of the end.
                    if (_queue.Reason is null)
                        await ObeyAsync(buffer.AsMemory(0, length));
                    length = 0;
                }
                else if (length == buffer.Length)
                {
                    if (length >= _options.MaxMessageBytes)
                    {
                        Close(RealtimeErrors.TooLong);
                        length = 0;
                    }
                    else
                    {
                        Array.Resize(ref buffer, Math.Min(length * 2, _options.MaxMessageBytes));
                    }
                }
            }
        }
        catch (Exception failure) when (IsEndOfConnection(failure))
        {
            // The client went without a word.
        }
    }

    private async Task SendAllAsync()
    {
        using var timeout = new CancellationTokenSource();
        try
        {
            while (await _queue.TakeAsync() is { } message)
            {
                if (!await IsCheckedAsync())
                    continue;
                timeout.CancelAfter(_options.SendTimeout);
                await _connection.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, timeout.Token);
                timeout.TryReset();
            }

            timeout.CancelAfter(_options.SendTimeout);
            var reason = _queue.Reason!;
            await _connection.CloseOutputAsync(reason.Status, reason.Text, timeout.Token);
        }
        catch (Exception failure) when (IsEndOfConnection(failure))
        {
            _queue.Drop(RealtimeErrors.TooSlow);
            _connection.Abort();
        }
    }

    private async ValueTask<bool> IsCheckedAsync() =>
        _caller is null || _time.GetElapsedTime(Volatile.Read(ref _checked)) < _options.RecheckTime || await CheckAsync();

    /// <summary>Whether the token is still good for all it listens to; ends the connection when it is not.</summary>
    private async Task<bool> CheckAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (_token is null || _time.GetElapsedTime(_checked) < _options.RecheckTime)
                return _queue.Reason is null;
            var caller = await _callers.ReadAsync(_context, _token);
            if (!await MayHearAllAsync(caller))
                return Refuse(RealtimeErrors.NotAllowedAnyMore);
            _caller = caller;
            Volatile.Write(ref _checked, _time.GetTimestamp());
            return true;
        }
        catch (ApiException)
        {
            return Refuse(RealtimeErrors.BadToken);
        }
        catch (Exception failure) when (failure is CozyException or TimeoutException or Orleans.Runtime.OrleansException)
        {
            return Refuse(RealtimeErrors.Unavailable);
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool Refuse(CloseReason reason)
    {
        Drop(reason);
        return false;
    }

    private static bool IsEndOfConnection(Exception failure) => failure is
        WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException;
}
