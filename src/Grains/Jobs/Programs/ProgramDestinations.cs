using System.Net.Sockets;
using Cozy.Grains.Jobs.Workers;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>Where the connections of one program lead.</summary>
internal sealed class ProgramDestinations(IProgramFront front, Uri own, string domain, ProgramNetwork network, OutsideConnections outside)
{
    /// <summary>Whether this is the program's own instance.</summary>
    public bool IsOwn(string host, int port) =>
        port == own.Port && string.Equals(host, own.Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>Gives a connection to the HTTP front, as <see cref="IProgramFront.Take"/>.</summary>
    public Task? HandOver(Socket connection) => front.Take(connection, domain);

    /// <summary>Connects to somewhere else.</summary>
    /// <exception cref="IOException">It may not reach that.</exception>
    /// <exception cref="SocketException">That cannot be reached.</exception>
    public Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken) =>
        network == ProgramNetwork.Internet
            ? outside.ConnectAsync(host, port, cancellationToken)
            : throw new IOException("It may reach its own instance alone.");
}
