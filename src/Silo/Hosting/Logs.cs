using Cozy.Silo.Configuration;

namespace Cozy.Silo.Hosting;

/// <summary>Sets up the log: what the server does in full, what the frameworks below do only when it matters.</summary>
internal static class Logs
{
    private static readonly string[] Frameworks = ["Microsoft", "Orleans", "Polly", "System"];

    public static void Configure(ILoggingBuilder logging, Settings settings)
    {
        var level = settings.Log.Level;
        logging.SetMinimumLevel(level);
        foreach (var framework in Frameworks)
            logging.AddFilter(framework, level < LogLevel.Information ? level : (LogLevel)Math.Max((int)level, (int)LogLevel.Warning));
        // They warn of a garbage collector chosen on purpose, and of a check that was never due.
        logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        // It warns of keys that are not encrypted, which is for the operator to decide (Keys:Certificate).
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // A failed start is told in one line instead.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        logging.AddConfiguration(settings.Configuration.GetSection(Sections.Logging));
        if (settings.Log.Format == LogFormat.Json)
        {
            logging.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                options.IncludeScopes = true;
            });
        }
        else
        {
            logging.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.TimestampFormat = "HH:mm:ss ";
            });
        }
    }
}
