using System.ComponentModel.DataAnnotations;

namespace Cozy.Silo.Configuration;

/// <summary>Where measurements are sent, besides <c>GET /metrics</c> of the admin API (section <c>Metrics</c>).</summary>
internal sealed class MetricsOptions : IValidatableObject
{
    /// <summary>The OpenTelemetry collector, such as <c>http://collector:4318/v1/metrics</c>; null for none.</summary>
    public Uri? Otlp { get; set; }

    /// <summary>What the collector speaks.</summary>
    [EnumDataType(typeof(OtlpProtocol))]
    public OtlpProtocol OtlpProtocol { get; set; } = OtlpProtocol.Http;

    /// <summary>Headers of each request, as <c>name=value,name=value</c>: a token of the collector, for example.</summary>
    public string? OtlpHeaders { get; set; }

    /// <summary>How often measurements are sent; once more when the server stops.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan OtlpInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Otlp is not null && (!Otlp.IsAbsoluteUri || (Otlp.Scheme != Uri.UriSchemeHttp && Otlp.Scheme != Uri.UriSchemeHttps)))
            yield return new ValidationResult("It is not an address such as http://collector:4318/v1/metrics.", [nameof(Otlp)]);
        if (OtlpHeaders is not null && OtlpHeaders.Split(',').Any(header => header.IndexOf('=', StringComparison.Ordinal) <= 0))
            yield return new ValidationResult("It is not a list such as name=value,name=value.", [nameof(OtlpHeaders)]);
    }
}

/// <summary>The forms of OTLP.</summary>
internal enum OtlpProtocol
{
    /// <summary>Protobuf in HTTP requests.</summary>
    Http,

    /// <summary>gRPC.</summary>
    Grpc,
}
