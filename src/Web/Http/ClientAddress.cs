using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Http;

/// <summary>The address a request came from: that of the client, if only trusted proxies are in between.</summary>
internal static class ClientAddress
{
    /// <summary>The IP address as text; empty if it is not known.</summary>
    public static string Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        return (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? "";
    }
}
