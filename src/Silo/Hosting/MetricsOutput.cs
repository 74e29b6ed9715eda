using OpenTelemetry.Metrics;

namespace Cozy.Silo.Hosting;

/// <summary>What the process measures, for Prometheus: <c>GET /metrics</c> of the admin API.</summary>
internal static class MetricsOutput
{
    // Orleans' own meter is left out: it costs something on every call of a grain.
    private static readonly string[] Meters = ["Cozy.*", "Microsoft.AspNetCore.Hosting", "System.Runtime"];

    /// <summary>Collects the meters of the whole process.</summary>
    public static IServiceCollection AddMetricsOutput(this IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(Meters).AddPrometheusExporter());
        return services;
    }
}
