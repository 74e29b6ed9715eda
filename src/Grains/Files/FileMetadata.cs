using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cozy.Grains.Files;

/// <summary>The member <c>metadata</c> of a file: what the client says, and what its content says.</summary>
internal static class FileMetadata
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A camera whose clock was never set tells an earlier one.
    private const int FirstYear = 1991;

    /// <summary>When a photo was taken, which is when the file was made; null when its content does not tell.</summary>
    /// <param name="extracted">What the content says; what the client says does not count.</param>
    public static DateTimeOffset? TakenAt(ReadOnlyMemory<byte>? extracted)
    {
        if (extracted is not { } content)
            return null;
        using var json = JsonDocument.Parse(content);
        return json.RootElement.TryGetProperty("datetime", out var value) && value.TryGetDateTimeOffset(out var time)
            && time.Year >= FirstYear
                ? time
                : null;
    }

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
