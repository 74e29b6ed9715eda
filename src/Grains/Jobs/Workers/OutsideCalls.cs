using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Jobs.Workers;

/// <summary>
/// Calls addresses that tenants name. Unless the operator allows it, never one inside the operator's own network: the
/// address that is connected to is looked at, not the name, which may change its mind.
/// </summary>
internal sealed class OutsideCalls : IDisposable
{
    private const int MostAnswerBytes = 256 * 1024;
    private readonly HttpClient _http;
    private readonly bool _allowsPrivate;

    public OutsideCalls(IOptions<JobsOptions> options)
    {
        _allowsPrivate = options.Value.AllowPrivateAddresses;
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

    /// <summary>Whether an address is one of the Internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal || address.IsIPv6Multicast)
            return false;
        var bytes = address.GetAddressBytes();
        return address.AddressFamily != AddressFamily.InterNetwork
            ? !address.Equals(IPAddress.IPv6Any) && !(bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == 0xff && bytes[3] == 0x9b)
            : bytes[0] switch
            {
                0 or 10 or 127 or >= 224 => false,
                100 => bytes[1] is < 64 or > 127,
                169 => bytes[1] != 254,
                172 => bytes[1] is < 16 or > 31,
                192 => bytes[1] != 168 && !(bytes[1] == 0 && bytes[2] is 0 or 2),
                198 => bytes[1] is not (18 or 19) && !(bytes[1] == 51 && bytes[2] == 100),
                203 => !(bytes[1] == 0 && bytes[2] == 113),
                _ => true,
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

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = addresses.Where(address => _allowsPrivate || IsPublic(address)).ToArray();
        if (allowed.Length == 0)
            throw new BlockedAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class BlockedAddressException : IOException;
}
