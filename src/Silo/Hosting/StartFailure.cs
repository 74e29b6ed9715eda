using System.Net.Sockets;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Connections;
using Orleans.Runtime;
using StackExchange.Redis;

namespace Cozy.Silo.Hosting;

/// <summary>Says in one line why the server cannot start, for the reasons an operator can mend.</summary>
internal static class StartFailure
{
    /// <summary>The line; null when the failure is a defect, of which everything should be shown.</summary>
    public static string? Explain(Exception failure)
    {
        for (var at = failure; at is not null; at = at.InnerException)
        {
            if (ExplainOne(at) is { } reason)
                return reason.ReplaceLineEndings(" ");
        }

        return null;
    }

    private static string? ExplainOne(Exception failure) => failure switch
    {
        IOException { InnerException: AddressInUseException } =>
            $"{failure.Message} Choose another one with --urls or --admin-urls.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            "ports below 1024 are for the administrator.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
            "this machine does not have the address.",
        DocumentStoreException or BlobStoreException => failure.Message,
        RedisException => $"Cannot use Redis: {failure.Message}",
        OrleansConfigurationException => failure.Message,
        UnauthorizedAccessException => failure.Message,
        _ => null,
    };
}
