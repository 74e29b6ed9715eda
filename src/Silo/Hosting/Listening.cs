using System.Net;
using System.Net.Sockets;
using Cozy.Silo.CommandLine;
using Cozy.Silo.Configuration;

namespace Cozy.Silo.Hosting;

/// <summary>
/// Finds out early that an address is taken, before anything else has started. Somebody else may still take it in the
/// moment before it is opened for good; that is told as well, only later.
/// </summary>
internal static class Listening
{
    /// <exception cref="CommandException">It is not possible to listen on one of the addresses.</exception>
    public static void Require(string urls)
    {
        foreach (var url in Combinations.Split(urls))
        {
            if (EndPointOf(url) is { } endpoint)
                Require(url, endpoint);
        }
    }

    private static void Require(Uri url, IPEndPoint endpoint)
    {
        try
        {
            using var listener = new TcpListener(endpoint);
            listener.Start();
        }
        catch (SocketException failure)
        {
            var reason = StartFailure.Explain(failure) ?? "the port is already in use.";
            throw new CommandException(ExitCodes.Failure, $"Cannot listen on {url.OriginalString}: {reason}", failure);
        }
    }

    private static IPEndPoint? EndPointOf(Uri url) => url.DnsSafeHost switch
    {
        "localhost" => new IPEndPoint(IPAddress.Loopback, url.Port),
        var host when IPAddress.TryParse(host, out var address) => new IPEndPoint(address, url.Port),
        // Kestrel listens on all addresses for any other name.
        _ => null,
    };
}
