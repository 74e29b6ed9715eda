using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Cozy.Testing;

/// <summary>A client of <c>/realtime/</c>.</summary>
public sealed class RealtimeClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 16];

    private RealtimeClient()
    {
    }

    /// <summary>The protocol the server chose; null for none.</summary>
    public string? Protocol => _socket.SubProtocol;

    /// <summary>Why the server closed; null as long as it has not.</summary>
    public (int Status, string? Reason)? Closed { get; private set; }

    /// <summary>Connects.</summary>
    /// <param name="server">The server to ask.</param>
    /// <param name="domain">The instance's domain.</param>
    /// <param name="token">A token to begin with; null to say nothing.</param>
    /// <param name="protocol">The protocol to ask for; null for none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<RealtimeClient> ConnectAsync(
        Uri server, string domain, string? token, string? protocol = "io.cozy.websocket", CancellationToken cancellationToken = default)
    {
        var client = new RealtimeClient();
        client._socket.Options.SetRequestHeader("Host", domain);
        client._socket.Options.SetRequestHeader("Origin", "http://elsewhere.example");
        if (protocol is not null)
            client._socket.Options.AddSubProtocol(protocol);
        await client._socket.ConnectAsync(new Uri($"ws://{server.Authority}/realtime/"), cancellationToken);
        if (token is not null)
            await client.SendAsync($$"""{"method":"AUTH","payload":"{{token}}"}""", cancellationToken);
        return client;
    }

    /// <summary>Sends a message.</summary>
    public Task SendAsync(string message, CancellationToken cancellationToken = default) => _socket.SendAsync(
        Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    /// <summary>Subscribes, and returns when the server has obeyed.</summary>
    public async Task SubscribeAsync(string doctype, string? id = null, CancellationToken cancellationToken = default)
    {
        var payload = id is null ? $$"""{"type":"{{doctype}}"}""" : $$"""{"type":"{{doctype}}","id":"{{id}}"}""";
        await SendAsync($$"""{"method":"SUBSCRIBE","payload":{{payload}}}""", cancellationToken);
        await WaitUntilObeyedAsync(cancellationToken);
    }

    /// <summary>Returns when the server has obeyed all that was sent: the answer to an unknown command shows it.</summary>
    public async Task WaitUntilObeyedAsync(CancellationToken cancellationToken = default)
    {
        await SendAsync("""{"method":"BARRIER"}""", cancellationToken);
        var answer = await NextAsync(cancellationToken) ?? throw new InvalidOperationException($"The server closed: {Closed}");
        if (!answer.GetRawText().Contains("BARRIER", StringComparison.Ordinal))
            throw new InvalidOperationException($"The server answered something else: {answer}");
    }

    /// <summary>The next message; null when the server has closed.</summary>
    public async Task<JsonElement?> NextAsync(CancellationToken cancellationToken = default)
    {
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    Closed = ((int)_socket.CloseStatus!.Value, _socket.CloseStatusDescription);
                    return null;
                }

                message.Write(_buffer.AsSpan(0, received.Count));
                if (received.EndOfMessage)
                    break;
            }
        }
        catch (WebSocketException)
        {
            // The connection broke without a word.
            Closed = (1006, null);
            return null;
        }

        using var json = JsonDocument.Parse(message.ToArray());
        return json.RootElement.Clone();
    }

    /// <summary>Closes as a polite client does.</summary>
    public Task CloseAsync(CancellationToken cancellationToken = default) =>
        _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
