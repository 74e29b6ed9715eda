using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cozy.Grains.Files;

/// <summary>The member <c>metadata</c> of a file: what the client says, and what its content says.</summary>
internal static class FileMetadata
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Both together; what the content says wins, but for the target of a shortcut. Null when neither says anything.
    /// </summary>
    public static ReadOnlyMemory<byte>? Merge(ReadOnlyMemory<byte>? said, ReadOnlyMemory<byte>? extracted)
    {
        if (said is not { } client || JsonNode.Parse(client.Span) is not JsonObject { Count: > 0 } merged)
            return extracted;
        if (extracted is not { } content || JsonNode.Parse(content.Span) is not JsonObject found)
            return client;

        foreach (var (name, value) in found)
        {
            if (name != "target" || merged[name] is null)
                merged[name] = value?.DeepClone();
        }

        return JsonSerializer.SerializeToUtf8Bytes<JsonNode>(merged, Options);
    }
}
