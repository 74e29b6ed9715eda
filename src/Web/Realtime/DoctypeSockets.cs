namespace Cozy.Web.Realtime;

/// <summary>The sockets that want to hear of one doctype. Only for use under its owner's lock.</summary>
internal sealed class DoctypeSockets
{
    private readonly HashSet<RealtimeSocket> _ofAll = [];
    private readonly Dictionary<string, HashSet<RealtimeSocket>> _ofOne = new(StringComparer.Ordinal);

    /// <summary>Whether nobody is left.</summary>
    public bool IsEmpty => _ofAll.Count == 0 && _ofOne.Count == 0;

    /// <summary>All of them.</summary>
    public IEnumerable<RealtimeSocket> All => _ofAll.Concat(_ofOne.Values.SelectMany(sockets => sockets)).Distinct();

    /// <summary>Adds a socket for a document, or for all when the id is empty.</summary>
    public void Add(RealtimeSocket socket, string id)
    {
        if (id.Length == 0)
            _ofAll.Add(socket);
        else if (_ofOne.TryGetValue(id, out var sockets))
            sockets.Add(socket);
        else
            _ofOne.Add(id, [socket]);
    }

    /// <summary>Takes a socket away.</summary>
    public void Remove(RealtimeSocket socket, string id)
    {
        if (id.Length == 0)
            _ofAll.Remove(socket);
        else if (_ofOne.TryGetValue(id, out var sockets) && sockets.Remove(socket) && sockets.Count == 0)
            _ofOne.Remove(id);
    }

    /// <summary>Sends what is made when first needed to those who want to hear of a document, once to each.</summary>
    public void Send(string id, Lazy<byte[]> message)
    {
        foreach (var socket in _ofAll)
            socket.Send(message.Value);
        if (!_ofOne.TryGetValue(id, out var sockets))
            return;
        foreach (var socket in sockets)
        {
            if (!_ofAll.Contains(socket))
                socket.Send(message.Value);
        }
    }
}
