using Cozy.Grains.Realtime;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Realtime;

/// <summary>Serves sockets, and ends them all when the server stops.</summary>
internal sealed class RealtimeSockets(
    SocketPlaces places, SocketCaller callers, RealtimeListeners listeners, IOptions<RealtimeOptions> options,
    TimeProvider time, IHostApplicationLifetime lifetime)
{
    private const string Protocol = "io.cozy.websocket";
    private const int RetrySeconds = 5;

    /// <summary>Speaks with the client until either side ends it.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        var instanceId = context.Instance().Id;
        using var place = places.TryEnter(instanceId) ?? throw new ApiException(
            ApiError.Api(429, "Too many sockets wait for their token.") with { RetryAfter = RetrySeconds });

        // A client that asks for another protocol, or none, gets the same without its name.
        var protocol = context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol) ? Protocol : null;
        using var connection = await context.WebSockets.AcceptWebSocketAsync(protocol);
        var listener = listeners.Join(instanceId);
        try
        {
            using var socket = new RealtimeSocket(connection, context, place, listener, callers, options.Value, time);
            using var stopping = lifetime.ApplicationStopping.Register(() => socket.Close(RealtimeErrors.ServerStops));
            await socket.RunAsync();
        }
        finally
        {
            listeners.Leave(instanceId);
        }
    }
}
