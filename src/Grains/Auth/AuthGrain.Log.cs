using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Auth;

internal sealed partial class AuthGrain
{
    [LoggerMessage(1, LogLevel.Warning, "A mail to the owner of {Instance} could not be taken: {Reason}")]
    private static partial void LogMailFailed(ILogger logger, string instance, string reason);
}
