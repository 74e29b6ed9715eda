using System.Threading.Channels;
using Cozy.Grains.Realtime;

namespace Cozy.Web.Realtime;

/// <summary>The messages that wait for one client, not more than are allowed, and the reason to close when there is one.</summary>
internal sealed class SocketQueue
{
    private readonly Channel<ReadOnlyMemory<byte>> _messages;
    private readonly long _maximumBytes;
    private CloseReason? _reason;
    private long _bytes;
    private volatile bool _isDropped;

    /// <summary>Creates an empty queue.</summary>
    public SocketQueue(RealtimeOptions options)
    {
        _maximumBytes = options.MaxQueuedBytes;
        _messages = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(options.MaxQueuedMessages) { SingleReader = true });
    }

    /// <summary>Why the socket is to be closed; null as long as it is not.</summary>
    public CloseReason? Reason => _reason;

    /// <summary>Adds a message. With too much waiting the socket is closed instead.</summary>
    public void Add(ReadOnlyMemory<byte> message)
    {
        if (_reason is not null)
            return;

        // One message of any length may wait alone.
        var waiting = Interlocked.Add(ref _bytes, message.Length);
        if ((waiting > _maximumBytes && waiting > message.Length) || !_messages.Writer.TryWrite(message))
            Drop(RealtimeErrors.TooSlow);
    }

    /// <summary>Has the socket closed once what waits is sent.</summary>
    public void Close(CloseReason reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        _messages.Writer.TryComplete();
    }

    /// <summary>Has the socket closed without what waits.</summary>
    public void Drop(CloseReason reason)
    {
        _isDropped = true;
        Close(reason);
    }

    /// <summary>Takes the next message; null when there is none any more.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> TakeAsync()
    {
        while (!_isDropped && await _messages.Reader.WaitToReadAsync())
        {
            if (!_isDropped && _messages.Reader.TryRead(out var message))
            {
                Interlocked.Add(ref _bytes, -message.Length);
                return message;
            }
        }

        return null;
    }
}
