using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Mail;

/// <summary>What the queue says. Addresses and contents are the owners' and stay out of the log.</summary>
internal sealed partial class MailQueueGrain
{
    [LoggerMessage(1, LogLevel.Warning, "Mail {Id} of {Instance} could not be sent ({Attempts} attempts) and is tried again: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string id, string instance, int attempts, string reason);

    [LoggerMessage(2, LogLevel.Error, "Mail {Id} of {Instance} is given up: {Reason}")]
    private static partial void LogGivenUp(ILogger logger, string id, string instance, string reason);

    [LoggerMessage(3, LogLevel.Error, "Mail {Id} cannot be read: the key that sealed it is gone")]
    private static partial void LogUnreadable(ILogger logger, string id);

    [LoggerMessage(4, LogLevel.Error, "The queue of mails cannot go on; it tries again later")]
    private static partial void LogStuck(ILogger logger, Exception failure);
}
