using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;

namespace Cozy.CouchDbServer;

internal static partial class CouchDbServerLog
{
    [LoggerMessage(1, LogLevel.Error, "The store failed to serve a {Method}: {Kind}.")]
    public static partial void StoreFailed(ILogger logger, Exception failure, string method, StoreError kind);

    [LoggerMessage(3, LogLevel.Error, "{Database} could not be compacted.")]
    public static partial void CompactionFailed(ILogger logger, Exception failure, DatabaseName database);

    [LoggerMessage(2, LogLevel.Error, "A {Method} failed.")]
    public static partial void RequestFailed(ILogger logger, Exception failure, string method);
}
