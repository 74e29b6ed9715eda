using System.Globalization;
using System.Text.Json;
using Cozy.Storage.Documents.Mango.Selectors;

namespace Cozy.Storage.Documents.Mango;

/// <summary>Reads the bodies of requests to query.</summary>
internal static class FindBody
{
    private static readonly string[] Known =
    [
        "selector", "use_index", "bookmark", "limit", "skip", "sort", "fields", "partition", "r", "conflicts", "stale",
        "update", "stable", "execution_stats", "allow_fallback",
    ];

    public static FindQuery Parse(JsonElement body, MangoLimits limits)
    {
        var query = new FindQuery
        {
            Selector = Selector.Parse(MangoOptions.Required(body, "selector"), limits),
            UseIndex = MangoOptions.Optional(body, "use_index") is { } hint ? Hint(hint) : null,
            Bookmark = Bookmark(MangoOptions.Optional(body, "bookmark")),
            Limit = Count(body, "limit") ?? 25,
            Skip = Count(body, "skip") ?? 0,
            Sort = MangoOptions.Optional(body, "sort") is { } sort ? SortFields.Parse(sort) : [],
            Fields = MangoOptions.Optional(body, "fields") is { } fields ? Fields(fields) : [],
            ReadQuorum = MangoOptions.Positive(body, "r") ?? 1,
            Conflicts = MangoOptions.Flag(body, "conflicts") ?? false,
            Stale = Stale(MangoOptions.Optional(body, "stale")),
            Update = MangoOptions.Flag(body, "update") ?? true,
            Stable = MangoOptions.Flag(body, "stable") ?? false,
            ExecutionStatistics = MangoOptions.Flag(body, "execution_stats") ?? false,
            AllowFallback = MangoOptions.Flag(body, "allow_fallback") ?? true,
        };
        MangoOptions.RefuseOthers(body, Known);
        if (MangoOptions.Optional(body, "partition") is { } partition
            && !(partition.ValueKind == JsonValueKind.String && partition.GetString()!.Length == 0))
        {
            throw DocumentStoreException.Invalid("query_parse_error", "`partition` parameter is not supported on this db");
        }

        return query;
    }

    private static IndexHint? Hint(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.Array when value.GetArrayLength() == 0:
                return null;
            case JsonValueKind.Array when value.GetArrayLength() <= 2
                && value.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String):
                return new IndexHint(value[0].GetString()!, value.GetArrayLength() == 2 ? value[1].GetString() : null);
            case JsonValueKind.String:
                switch (value.GetString()!.Split('/'))
                {
                    case ["_design", var design]:
                        return new IndexHint(design);
                    case [var design]:
                        return new IndexHint(design);
                    case ["_design", var design, var name]:
                        return new IndexHint(design, name);
                    case [var design, var name]:
                        return new IndexHint(design, name);
                    default:
                        break;
                }

                break;
            default:
                break;
        }

        throw DocumentStoreException.Invalid("invalid_index_name", $"Invalid index name: {ErlangText.Bytes(value)}");
    }

    private static string? Bookmark(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString() is { Length: > 0 } bookmark ? bookmark : null,
        { } other => throw DocumentStoreException.Invalid("invalid_bookmark", $"Invalid bookmark value: {ErlangText.Bytes(other)}"),
    };

    private static bool Stale(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.String } text when text.GetString() is "ok" or "false" => text.GetString() == "ok",
        { } other => throw DocumentStoreException.Invalid("invalid_value", $"Invalid value for stale: {ErlangText.Bytes(other)}"),
    };

    private static int? Count(JsonElement body, string name)
    {
        if (MangoOptions.Optional(body, name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.GetRawText() is var text
            && !text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : int.MaxValue;
        }

        throw DocumentStoreException.Invalid(
            "invalid_non_neg_integer", $"{ErlangText.Bytes(value)} is not an integer greater than or equal to zero");
    }

    private static List<string> Fields(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw DocumentStoreException.Invalid(
                "invalid_fields", $"Fields must be an array of strings, not: {ErlangText.Bytes(value)}");
        }

        var fields = new List<string>();
        foreach (var field in value.EnumerateArray())
        {
            if (field.ValueKind != JsonValueKind.String)
                throw DocumentStoreException.Invalid("invalid_field", $"Invalid JSON for field spec: {ErlangText.Bytes(field)}");
            FieldPath.Parse(field.GetString()!);
            fields.Add(field.GetString()!);
        }

        return fields;
    }
}
