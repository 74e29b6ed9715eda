using Cozy.Grains.Realtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Realtime;

/// <summary>The listener of each instance that has sockets at this silo: made with the first, ended with the last.</summary>
internal sealed class RealtimeListeners(
    IGrainFactory grains, IOptions<RealtimeOptions> options, TimeProvider time, ILogger<RealtimeListeners> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (InstanceListener Listener, int Sockets)> _byInstance = new(StringComparer.Ordinal);

    /// <summary>Counts a socket in; to be followed by <see cref="Leave"/>.</summary>
    public InstanceListener Join(string instanceId)
    {
        lock (_lock)
        {
            var known = _byInstance.GetValueOrDefault(instanceId);
            var listener = known.Listener ?? new InstanceListener(instanceId, grains, options.Value, time, logger);
            _byInstance[instanceId] = (listener, known.Sockets + 1);
            return listener;
        }
    }

    /// <summary>Counts a socket out.</summary>
    public void Leave(string instanceId)
    {
        InstanceListener? ended = null;
        lock (_lock)
        {
            var (listener, sockets) = _byInstance[instanceId];
            if (sockets > 1)
            {
                _byInstance[instanceId] = (listener, sockets - 1);
            }
            else
            {
                _byInstance.Remove(instanceId);
                ended = listener;
            }
        }

        ended?.Dispose();
    }
}
