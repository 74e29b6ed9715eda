using System.Text.Json;

namespace Cozy.Web.Realtime;

/// <summary>What a client says.</summary>
/// <param name="Method">What to do, as it was written.</param>
/// <param name="Token">The payload if it is a text.</param>
/// <param name="Doctype">The payload's <c>type</c>; empty when there is none.</param>
/// <param name="Id">The payload's <c>id</c>; empty when there is none.</param>
/// <param name="HasPayload">Whether there is a payload at all.</param>
internal sealed record RealtimeCommand(string Method, string? Token, string Doctype, string Id, bool HasPayload)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>Whether it is this command; case does not matter.</summary>
    public bool Is(string method) => Method.Equals(method, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a message; null when it is none.</summary>
    public static RealtimeCommand? Parse(ReadOnlyMemory<byte> message)
    {
        try
        {
            using var json = JsonDocument.Parse(message, Options);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return null;

            var hasPayload = root.TryGetProperty("payload", out var payload);
            return new(
                Text(root, "method"),
                payload.ValueKind == JsonValueKind.String ? payload.GetString() : null,
                payload.ValueKind == JsonValueKind.Object ? Text(payload, "type") : "",
                payload.ValueKind == JsonValueKind.Object ? Text(payload, "id") : "",
                hasPayload);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter: a text that is not UTF-8 once unescaped.
            return null;
        }
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
