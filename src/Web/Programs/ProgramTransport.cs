using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Cozy.Grains.Apps;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Programs;

/// <summary>
/// The way of apps' programs to the API: an address of the server (<see cref="Url"/>) on which nobody can knock. Its
/// connections are those that the silo took from its programs, and each knows whose it is.
/// </summary>
internal sealed class ProgramTransport(
    TokenIssuer tokens, IOptions<WebOptions> options, IMemoryPoolFactory<byte> pools, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector, IProgramFront, IDisposable
{
    /// <summary>The address.</summary>
    public const string Url = "http://unix:" + Path;

    private const string Path = "/cozy-programs";

    private readonly SocketConnectionContextFactory _contexts = new(
        new SocketConnectionFactoryOptions(), loggers.CreateLogger<ProgramTransport>());

    // The pool that these contexts come with lends out nothing when it is asked for any size, which the server does.
    private readonly MemoryPool<byte> _pool = pools.Create();

    private Listener? _listener;

    /// <inheritdoc/>
    public string UrlOf(Instance instance) => instance.Url(options.Value);

    /// <inheritdoc/>
    public string IssueToken(Instance instance, AppKind kind, string slug) => tokens.Issue(
        instance, kind == AppKind.WebApp ? TokenAudience.App : TokenAudience.Connector, slug, scope: null);

    /// <inheritdoc/>
    public Task? Take(Socket connection, string domain)
    {
        if (_listener is not { } listener)
            return null;
        var context = _contexts.Create(connection);
        context.Features.Set(new ProgramConnection(domain));
        context.Features.Set<IMemoryPoolFeature>(new PoolFeature(_pool));
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.ConnectionClosed.Register(closed.SetResult);
        return listener.TryAdd(context) ? closed.Task : null;
    }

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is UnixDomainSocketEndPoint && endpoint.ToString() == Path;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(_listener = new Listener(endpoint));

    /// <inheritdoc/>
    public void Dispose()
    {
        _contexts.Dispose();
        _pool.Dispose();
    }

    private sealed record PoolFeature(MemoryPool<byte> MemoryPool) : IMemoryPoolFeature;

    private sealed class Listener(EndPoint endpoint) : IConnectionListener
    {
        private readonly Channel<ConnectionContext> _waiting = Channel.CreateUnbounded<ConnectionContext>();

        public EndPoint EndPoint => endpoint;

        public bool TryAdd(ConnectionContext connection) => _waiting.Writer.TryWrite(connection);

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await _waiting.Reader.WaitToReadAsync(cancellationToken) && _waiting.Reader.TryRead(out var connection) ? connection : null;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _waiting.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}

/// <summary>Marks a connection of a program.</summary>
/// <param name="Domain">The instance that it belongs to.</param>
internal sealed record ProgramConnection(string Domain);
