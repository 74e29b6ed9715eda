using System.Text;
using System.Text.Json;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Jobs.Workers;

/// <summary>
/// Calls an address: <c>{url, method?, headers?, body?}</c>. Its result is <c>{status, body}</c>, the body as JSON if it is.
/// </summary>
internal sealed class WebhookWorker(OutsideCalls calls) : IWorker
{
    private static readonly string[] Refused = ["host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade"];

    public WorkerType Type { get; } = new("webhook")
    {
        MaxTries = 3,
        Timeout = TimeSpan.FromSeconds(30),
        RetryDelay = TimeSpan.FromSeconds(5),
        HourlyLimit = 200,
        PerSilo = 16,
    };

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        using var request = Read(job);
        var (status, body, type) = await calls.SendAsync(request, cancellationToken);
        return JsonSerializer.SerializeToUtf8Bytes(new { status, body = BodyOf(body, type) });
    }

    private static HttpRequestMessage Read(JobRun job)
    {
        if (!Uri.TryCreate(JobMessage.Require(job.Message, "url"), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
            throw new JobFailedException("The url is none that can be called.", isFinal: true);
        var method = job.Message.Text("method")?.ToUpperInvariant() ?? "POST";
        if (method is not ("GET" or "POST" or "PUT" or "PATCH" or "DELETE"))
            throw new JobFailedException("The method is none that can be used.", isFinal: true);
        var request = new HttpRequestMessage(new HttpMethod(method), url);
        if (job.Message.TryGetProperty("body", out var body))
        {
            request.Content = body.ValueKind == JsonValueKind.String
                ? new StringContent(body.GetString()!, Encoding.UTF8, "text/plain")
                : new StringContent(body.GetRawText(), Encoding.UTF8, "application/json");
        }

        // So that the other side can recognise a call that comes twice.
        request.Headers.Add("Idempotency-Key", job.Id);
        if (job.Message.TryGetProperty("headers", out var headers) && headers.ValueKind == JsonValueKind.Object)
        {
            foreach (var header in headers.EnumerateObject().Where(header => !Refused.Contains(header.Name, StringComparer.OrdinalIgnoreCase)))
            {
                if (!request.Headers.TryAddWithoutValidation(header.Name, header.Value.ToString()) && request.Content is { } content)
                {
                    content.Headers.Remove(header.Name);
                    content.Headers.TryAddWithoutValidation(header.Name, header.Value.ToString());
                }
            }
        }

        return request;
    }

    private static JsonElement BodyOf(byte[] body, string? type)
    {
        try
        {
            if (type is not null && type.EndsWith("json", StringComparison.Ordinal))
                return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            // Then it is a text.
        }

        return JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(body));
    }
}

/// <summary>Calls the operator's gateways, which may be inside the operator's network.</summary>
internal sealed class OutsideGateway : IDisposable
{
    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <inheritdoc/>
    public void Dispose() => Http.Dispose();
}
