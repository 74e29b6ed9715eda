using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Cozy.Silo.Hosting;

/// <summary>
/// Keeps a silo that is alone from opening a port: nobody connects to it, several run side by side, and no other
/// user of the machine can speak to its grains.
/// </summary>
internal sealed class UnusedListener : IConnectionListenerFactory
{
    /// <summary>Replaces the listeners of the silo and its gateway.</summary>
    public static void ReplaceAll(IServiceCollection services)
    {
        var keys = services
            .Where(service => service.IsKeyedService && service.ServiceType == typeof(IConnectionListenerFactory))
            .Select(service => service.ServiceKey)
            .ToArray();
        foreach (var key in keys)
        {
            services.RemoveAllKeyed<IConnectionListenerFactory>(key);
            services.AddKeyedSingleton<IConnectionListenerFactory, UnusedListener>(key);
        }
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new Listener(endpoint));

    private sealed class Listener(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => endpoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            new(_end.Task.WaitAsync(cancellationToken));

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

        public ValueTask DisposeAsync()
        {
            _end.TrySetResult(null);
            return ValueTask.CompletedTask;
        }
    }
}
