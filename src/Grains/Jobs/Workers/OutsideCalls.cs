using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Cozy.Grains.Jobs.Workers;

/// <summary>
/// Calls addresses that tenants name, as <see cref="OutsideConnections"/> reaches them.
/// </summary>
internal sealed class OutsideCalls : IDisposable
{
    private const int MostAnswerBytes = 256 * 1024;
    private readonly HttpClient _http;
    private readonly OutsideConnections _connections;

    public OutsideCalls(OutsideConnections connections)
    {
        _connections = connections;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MostAnswerBytes,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Sends a request and gives the answer's status and body.</summary>
    /// <exception cref="JobFailedException">It could not be sent, or was answered with an error.</exception>
    public async Task<(int Status, byte[] Body, string? ContentType)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Cozy.Orleans", "1"));
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancellationToken), answer.Content.Headers.ContentType?.MediaType);
            var isFinal = (int)answer.StatusCode is >= 300 and < 500 and not (408 or 425 or 429);
            throw new JobFailedException($"The address answered {(int)answer.StatusCode}.", isFinal);
        }
        catch (HttpRequestException failure)
        {
            throw new JobFailedException(
                failure.InnerException is BlockedAddressException ? "The address is not one of the Internet." : "The address cannot be reached.",
                failure.InnerException is BlockedAddressException, failure);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) => new NetworkStream(
        await _connections.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken), ownsSocket: true);
}
