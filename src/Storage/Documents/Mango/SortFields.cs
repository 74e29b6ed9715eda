using System.Text.Json;

namespace Cozy.Storage.Documents.Mango;

/// <summary>Reads lists of fields with directions: of a sort, of an index.</summary>
internal static class SortFields
{
    public static List<SortField> Parse(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw DocumentStoreException.Invalid(
                "invalid_sort_json", $"Sort must be an array of sort specs, not: {ErlangText.Text(value)}");
        }

        var fields = value.EnumerateArray().Select(One).ToList();
        if (fields.Exists(field => field.Descending != fields[0].Descending))
        {
            throw DocumentStoreException.Invalid(
                "unsupported_mixed_sort", "Sorts currently only support a single direction for all fields.");
        }

        return fields;
    }

    private static SortField One(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } name)
            return new SortField(name);
        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().ToList() is [var only]
            && only.Value.ValueKind == JsonValueKind.String && only.Value.GetString() is "asc" or "desc")
        {
            return new SortField(only.Name, only.Value.GetString() == "desc");
        }

        throw DocumentStoreException.Invalid("invalid_sort_field", $"Invalid sort field: {ErlangText.Text(value)}");
    }
}
