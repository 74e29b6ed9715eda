using System.Net;
using System.Net.Sockets;

namespace Cozy.Grains.Auth;

/// <summary>What counts as one address when attempts are counted.</summary>
public static class AddressGroup
{
    private const int SubnetBytes = 8;

    /// <summary>
    /// The address itself; of IPv6 the network of /64, because every customer of a provider has at least one whole such
    /// network. A text that is no address stands for itself.
    /// </summary>
    public static string Of(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed))
            return address;
        if (parsed.IsIPv4MappedToIPv6)
            return parsed.MapToIPv4().ToString();
        if (parsed.AddressFamily != AddressFamily.InterNetworkV6)
            return parsed.ToString();

        var bytes = parsed.GetAddressBytes();
        Array.Clear(bytes, SubnetBytes, bytes.Length - SubnetBytes);
        return new IPAddress(bytes) + "/64";
    }
}
