using Microsoft.Extensions.Logging;

namespace Cozy.Web.Http;

/// <summary>Log messages of the HTTP face.</summary>
internal static partial class RequestLog
{
    [LoggerMessage(1, LogLevel.Information, "{Method} {Host}{Path} answered {Status} in {Milliseconds:F1} ms")]
    public static partial void Answered(
        ILogger logger, string method, string host, string path, int status, double milliseconds);

    [LoggerMessage(2, LogLevel.Error, "{Method} {Host}{Path} failed ({RequestId})")]
    public static partial void Failed(
        ILogger logger, Exception failure, string method, string host, string path, string requestId);

    [LoggerMessage(3, LogLevel.Warning, "{Method} {Host}{Path} was cut off: {Reason}")]
    public static partial void CutOff(ILogger logger, string method, string host, string path, string reason);

    [LoggerMessage(4, LogLevel.Warning, "{Method} {Host}{Path} could not be served: {Reason} ({RequestId})")]
    public static partial void NotServed(
        ILogger logger, string method, string host, string path, string reason, string requestId);
}
