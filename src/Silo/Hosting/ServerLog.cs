namespace Cozy.Silo.Hosting;

/// <summary>What the server says about itself to those who read logs as JSON.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(7001, LogLevel.Information, "cozy {Version} serves on {Urls}, the admin API is on {AdminUrls}")]
    public static partial void Ready(ILogger log, string version, string urls, string adminUrls);

    [LoggerMessage(7002, LogLevel.Information, "Open {Link} to choose your passphrase")]
    public static partial void WaitsForOwner(ILogger log, string link);
}
