using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Http;

internal delegate Task Handler(Exchange exchange);

/// <summary>What one path answers to.</summary>
/// <param name="Allow">The methods, in the order in which CouchDB names them in a 405.</param>
/// <param name="Handlers">One handler a method; <c>GET</c> serves <c>HEAD</c> as well.</param>
internal sealed record Route(string Allow, params (string Method, Handler Handler)[] Handlers)
{
    public Task InvokeAsync(Exchange exchange)
    {
        var method = HttpMethods.IsHead(exchange.Method) ? HttpMethods.Get : exchange.Method;
        foreach (var (candidate, handler) in Handlers)
        {
            if (candidate == method)
                return handler(exchange);
        }

        throw CouchException.MethodNotAllowed(Allow);
    }
}
