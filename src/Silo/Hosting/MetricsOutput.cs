using Cozy.Silo.Configuration;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Cozy.Silo.Hosting;

/// <summary>
/// What the process measures: for Prometheus at <c>GET /metrics</c> of the admin API, and sent to an OpenTelemetry collector
/// if there is one.
/// </summary>
internal static class MetricsOutput
{
    private const string ServiceName = "cozy";

    // Orleans' own meter is left out: it costs something on every call of a grain.
    private static readonly string[] Meters = ["Cozy.*", "Microsoft.AspNetCore.Hosting", "System.Runtime"];

    /// <summary>Collects the meters of the whole process.</summary>
    public static IServiceCollection AddMetricsOutput(this IServiceCollection services, MetricsOptions options)
    {
        services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters).AddPrometheusExporter().ConfigureResource(resource => resource.AddService(
                ServiceName, serviceVersion: typeof(MetricsOutput).Assembly.GetName().Version?.ToString(3)));
            if (options.Otlp is not null)
                metrics.AddOtlpExporter((exporter, reader) => Configure(exporter, reader, options));
        });
        return services;
    }

    private static void Configure(OtlpExporterOptions exporter, MetricReaderOptions reader, MetricsOptions options)
    {
        exporter.Endpoint = options.Otlp!;
        exporter.Protocol = options.OtlpProtocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        exporter.Headers = options.OtlpHeaders;
        reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.OtlpInterval.TotalMilliseconds;
    }
}
