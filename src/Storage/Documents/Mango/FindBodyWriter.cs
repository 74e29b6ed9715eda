using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cozy.Storage.Documents.Mango;

/// <summary>Writes queries as the bodies of requests.</summary>
internal static class FindBodyWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(FindQuery query, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WritePropertyName("selector");
        json.WriteRawValue(query.Selector.Json.Span, skipInputValidation: true);
        WriteLists(json, query);
        json.WriteNumber("limit", query.Limit);
        json.WriteNumber("skip", query.Skip);
        if (query.Bookmark is not null)
            json.WriteString("bookmark", query.Bookmark);
        WriteFlags(json, query);
        json.WriteEndObject();
    }

    private static void WriteLists(Utf8JsonWriter json, FindQuery query)
    {
        WriteStrings(json, "fields", query.Fields);
        if (query.UseIndex is { } hint)
            WriteStrings(json, "use_index", hint.Name is null ? [hint.DesignName] : [hint.DesignName, hint.Name]);
        if (query.Sort.Count == 0)
            return;
        json.WriteStartArray("sort");
        foreach (var field in query.Sort)
        {
            json.WriteStartObject();
            json.WriteString(field.Field, MangoIndex.Direction(field));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Only what differs from the default: servers of old do not know all of them.</summary>
    private static void WriteFlags(Utf8JsonWriter json, FindQuery query)
    {
        if (query.Conflicts)
            json.WriteBoolean("conflicts", true);
        if (query.ExecutionStatistics)
            json.WriteBoolean("execution_stats", true);
        if (!query.AllowFallback)
            json.WriteBoolean("allow_fallback", false);
        if (!query.Update)
            json.WriteBoolean("update", false);
        if (query.Stable)
            json.WriteBoolean("stable", true);
        if (query.Stale)
            json.WriteString("stale", "ok");
        if (query.ReadQuorum > 1)
            json.WriteNumber("r", query.ReadQuorum);
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
