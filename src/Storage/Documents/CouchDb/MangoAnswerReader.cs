using System.Runtime.InteropServices;
using System.Text.Json;
using Cozy.Storage.Documents.Mango;
using Cozy.Storage.Documents.Mango.Indexes;

namespace Cozy.Storage.Documents.CouchDb;

/// <summary>Reads indexes and found documents out of answers.</summary>
internal static class MangoAnswerReader
{
    public const string NoIndexWarning = QueryPlanner.NoIndexWarning;

    public static FindResult Found(JsonElement json) => new(
        [.. json.GetProperty("docs").EnumerateArray().Select(Document)],
        Text(json, "bookmark"),
        Text(json, "warning"),
        json.TryGetProperty("execution_stats", out var statistics) ? Statistics(statistics) : null);

    private static ReadOnlyMemory<byte> Document(JsonElement json) =>
        DocumentCodec.Canonicalize(JsonMarshal.GetRawUtf8Value(json));

    private static FindStatistics Statistics(JsonElement json) => new(
        json.GetProperty("total_keys_examined").GetInt64(),
        json.GetProperty("total_docs_examined").GetInt64(),
        json.GetProperty("total_quorum_docs_examined").GetInt64(),
        json.GetProperty("results_returned").GetInt64(),
        json.GetProperty("execution_time_ms").GetDouble());

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
