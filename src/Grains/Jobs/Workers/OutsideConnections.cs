using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Jobs.Workers;

/// <summary>
/// Connects to addresses that tenants name. Unless the operator allows it, never to one inside the operator's own network:
/// the address that is connected to is looked at, not the name, which may change its mind.
/// </summary>
internal sealed class OutsideConnections(IOptions<JobsOptions> options)
{
    private readonly bool _allowsPrivate = options.Value.AllowPrivateAddresses;

    /// <summary>Connects.</summary>
    /// <exception cref="BlockedAddressException">All addresses of the name are private ones.</exception>
    /// <exception cref="SocketException">There is no such name, or nobody answers.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        var allowed = addresses.Where(address => _allowsPrivate || IsPublic(address)).ToArray();
        if (allowed.Length == 0)
            throw new BlockedAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
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
}

/// <summary>An address is not one of the Internet.</summary>
internal sealed class BlockedAddressException() : IOException("The address is not one of the Internet.");
