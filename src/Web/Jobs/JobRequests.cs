using System.Text.Json;
using Cozy.Grains.Jobs;
using Cozy.Grains.Triggers;
using Cozy.Web.Errors;

namespace Cozy.Web.Jobs;

/// <summary>Reads what clients send to <c>/jobs</c>: <c>{"data":{"attributes":{…}}}</c>.</summary>
internal static class JobRequests
{
    private const string Incomplete = "JSON input is malformed or is missing mandatory fields";

    /// <summary>The attributes of the body.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static JsonElement Attributes(ReadOnlyMemory<byte> body)
    {
        var root = JsonElement.Parse(body.Span, new JsonDocumentOptions { MaxDepth = 512 });
        return root.ValueKind == JsonValueKind.Object
            && root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
            && data.TryGetProperty("attributes", out var attributes) && attributes.ValueKind == JsonValueKind.Object
            ? attributes
            : throw ApiException.BadRequest(Incomplete);
    }

    /// <summary>A job.</summary>
    /// <exception cref="ApiException">400, 422.</exception>
    public static NewJob Job(string worker, JsonElement attributes) => new()
    {
        Worker = worker,
        Message = Raw(attributes, "arguments"),
        Options = attributes.TryGetProperty("options", out var options) ? JobOptionsJson.ReadRequest(options) : JobOptions.Default,
        IsManual = Flag(attributes, "manual"),
        ForwardLogs = Flag(attributes, "forward_logs"),
        IdempotencyKey = Text(attributes, "idempotency_key"),
    };

    /// <summary>A trigger.</summary>
    /// <exception cref="ApiException">400, 422.</exception>
    public static NewTrigger Trigger(JsonElement attributes) => new()
    {
        Type = Text(attributes, "type") ?? "",
        Arguments = Text(attributes, "arguments") ?? "",
        Worker = Text(attributes, "worker") ?? "",
        Message = Raw(attributes, attributes.TryGetProperty("message", out _) ? "message" : "worker_arguments"),
        Debounce = Text(attributes, "debounce") ?? "",
        Options = attributes.TryGetProperty("options", out var options) && options.ValueKind != JsonValueKind.Null
            ? JobOptionsJson.ReadRequest(options)
            : null,
        Signature = attributes.TryGetProperty("signature", out var signature) && signature.ValueKind == JsonValueKind.Object
            ? new NewSignature(Text(signature, "header") ?? "", Text(signature, "secret") ?? "")
            : null,
    };

    /// <summary>A text; null when it is missing.</summary>
    /// <exception cref="ApiException">400: it is something else.</exception>
    public static string? Text(JsonElement attributes, string name) =>
        !attributes.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw ApiException.BadRequest($"{name} is not a text");

    /// <summary>Any JSON; null when it is missing.</summary>
    public static ReadOnlyMemory<byte> Raw(JsonElement attributes, string name) =>
        attributes.TryGetProperty(name, out var value) ? JsonSerializer.SerializeToUtf8Bytes(value) : "null"u8.ToArray();

    private static bool Flag(JsonElement attributes, string name) =>
        attributes.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
