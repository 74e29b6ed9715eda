using System.Net.Sockets;
using Cozy.Grains.Apps;
using Cozy.Grains.Instances;

namespace Cozy.Grains.Jobs;

/// <summary>What the HTTP front of a silo does for the programs of apps that the silo runs.</summary>
public interface IProgramFront
{
    /// <summary>The public address of an instance, with a slash at its end.</summary>
    string UrlOf(Instance instance);

    /// <summary>A token for an app's program, which may do what the app may do.</summary>
    string IssueToken(Instance instance, AppKind kind, string slug);

    /// <summary>
    /// Takes a connection over whose requests (HTTP, in the clear) are for one instance, whatever host they name.
    /// </summary>
    /// <param name="connection">The connection; nothing of its first request is read yet.</param>
    /// <param name="domain">The instance's domain.</param>
    /// <returns>Ends when the connection is closed; null when the front does not run, and the connection is still the caller's.</returns>
    Task? Take(Socket connection, string domain);
}
