using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cozy.Benchmarks.Servers;

/// <summary>The baseline for events: what is posted goes to every socket, and nothing else happens.</summary>
internal static class BareSockets
{
    public static void Map(WebApplication app)
    {
        var sockets = new ConcurrentDictionary<WebSocket, byte>();
        app.UseWebSockets();
        app.MapGet("/sockets", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            sockets[socket] = 0;
            try
            {
                await socket.ReceiveAsync(new byte[1], CancellationToken.None);
            }
            catch (WebSocketException)
            {
                // The client is gone.
            }

            sockets.TryRemove(socket, out _);
        });
        app.MapPost("/sockets", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var message = body.ToArray();
            await Task.WhenAll(sockets.Keys.Select(socket =>
                socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None)));
            context.Response.StatusCode = StatusCodes.Status201Created;
        });
    }
}
