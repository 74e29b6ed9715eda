using Microsoft.Extensions.Logging;

namespace Cozy.Web.Data.Feeds;

/// <summary>What feeds write into the log.</summary>
internal static partial class FeedLog
{
    [LoggerMessage(1501, LogLevel.Warning, "Waiting for changes of {Database} failed; the feeds look again")]
    public static partial void SignalFailed(ILogger logger, Exception failure, string database);
}
