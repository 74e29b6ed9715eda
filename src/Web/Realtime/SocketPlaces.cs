using Cozy.Grains.Realtime;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Realtime;

/// <summary>
/// Counts the sockets of each instance. Those that have not shown a token have places of their own, so that strangers
/// cannot take the owner's.
/// </summary>
internal sealed class SocketPlaces(IOptions<RealtimeOptions> options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Counts> _instances = new(StringComparer.Ordinal);

    /// <summary>A place for a socket without a token; null when all are taken.</summary>
    public Place? TryEnter(string instanceId)
    {
        lock (_lock)
        {
            var counts = _instances.GetValueOrDefault(instanceId);
            if (counts.Unknown >= options.Value.MaxUnknownSockets)
                return null;
            _instances[instanceId] = counts with { Unknown = counts.Unknown + 1 };
            return new Place(this, instanceId);
        }
    }

    private bool TryPromote(string instanceId)
    {
        lock (_lock)
        {
            var counts = _instances[instanceId];
            if (counts.Known >= options.Value.MaxSockets)
                return false;
            _instances[instanceId] = new Counts(counts.Unknown - 1, counts.Known + 1);
            return true;
        }
    }

    private void Leave(string instanceId, bool isKnown)
    {
        lock (_lock)
        {
            var counts = _instances[instanceId];
            counts = isKnown ? counts with { Known = counts.Known - 1 } : counts with { Unknown = counts.Unknown - 1 };
            if (counts == default)
                _instances.Remove(instanceId);
            else
                _instances[instanceId] = counts;
        }
    }

    /// <summary>The place of one socket, given back when disposed.</summary>
    internal sealed class Place(SocketPlaces places, string instanceId) : IDisposable
    {
        private bool _isKnown;

        /// <summary>The socket has shown a token; false when there are too many of those.</summary>
        public bool TryPromote() => _isKnown || (_isKnown = places.TryPromote(instanceId));

        /// <inheritdoc/>
        public void Dispose() => places.Leave(instanceId, _isKnown);
    }

    private readonly record struct Counts(int Unknown, int Known);
}
