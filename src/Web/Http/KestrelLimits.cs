using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Http;

/// <summary>Sets the server's limits. Uploads of files raise that of the body for themselves.</summary>
internal sealed class KestrelLimits(IOptions<WebOptions> options) : IConfigureOptions<KestrelServerOptions>
{
    /// <inheritdoc/>
    public void Configure(KestrelServerOptions server)
    {
        var settings = options.Value;
        server.AddServerHeader = false;

        // What reads a body refuses what is too long; up to this it is still read away, so that the client gets the answer.
        server.Limits.MaxRequestBodySize = settings.MaxJsonBytes * 2;
        server.Limits.MaxRequestHeadersTotalSize = settings.MaxHeaderBytes;
        server.Limits.MaxRequestLineSize = settings.MaxRequestLineBytes;
        server.Limits.RequestHeadersTimeout = settings.HeaderTimeout;

        // A request line must fit into what is buffered of a request.
        server.Limits.MaxRequestBufferSize = Math.Max(server.Limits.MaxRequestBufferSize ?? 0, settings.MaxRequestLineBytes);
    }
}
