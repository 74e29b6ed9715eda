using Cozy.Grains.Realtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Realtime;

/// <summary>Composes the part of the HTTP face that tells events as they happen.</summary>
internal static class RealtimeServices
{
    /// <summary>Registers it.</summary>
    public static IServiceCollection AddRealtime(this IServiceCollection services) => services
        .AddSingleton<SocketPlaces>()
        .AddSingleton<SocketCaller>()
        .AddSingleton<RealtimeListeners>()
        .AddSingleton<RealtimeSockets>()
        .AddSingleton<RealtimeEndpoints>();

    /// <summary>Has the server speak WebSocket, and ask its clients from time to time whether they are there.</summary>
    public static IApplicationBuilder UseRealtime(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<RealtimeOptions>>().Value;
        return app.UseWebSockets(new WebSocketOptions
        {
            KeepAliveInterval = options.PingInterval,
            KeepAliveTimeout = options.PongTimeout,
        });
    }
}
