using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Cozy.Storage.Documents.Mango.Indexes;
using Cozy.Storage.Documents.Mango.Selectors;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Mango;

/// <summary>An index to be made (the body of CouchDB's <c>POST _index</c>).</summary>
public sealed record IndexRequest
{
    private IndexRequest()
    {
    }

    /// <summary>The id of the design document that will hold it; made from the definition when none was named.</summary>
    public required string DesignDocument { get; init; }

    /// <summary>Its name there; made from the definition when none was named.</summary>
    public required string Name { get; init; }

    /// <summary>The index.</summary>
    public required MangoIndex Index { get; init; }

    /// <summary>What was asked for, as the object <c>{"fields":…}</c> that it was.</summary>
    public required ReadOnlyMemory<byte> Definition { get; init; }

    /// <summary>An index on fields.</summary>
    /// <exception cref="DocumentStoreException">The fields, or the filter, cannot be those of an index.</exception>
    public static IndexRequest Create(
        IReadOnlyList<SortField> fields, string? designDocument = null, string? name = null, Selector? partialFilter = null)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("index");
            json.WriteStartArray("fields");
            foreach (var field in fields)
            {
                json.WriteStartObject();
                json.WriteString(field.Field, MangoIndex.Direction(field));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (partialFilter is not null)
            {
                json.WritePropertyName("partial_filter_selector");
                json.WriteRawValue(partialFilter.Json.Span);
            }

            json.WriteEndObject();
            if (designDocument is not null)
                json.WriteString("ddoc", designDocument);
            if (name is not null)
                json.WriteString("name", name);
            json.WriteEndObject();
        }

        return Parse(output.WrittenSpan);
    }

    /// <summary>Reads the body of a request for an index.</summary>
    /// <exception cref="DocumentStoreException">It is not one, with CouchDB's words for why.</exception>
    public static IndexRequest Parse(ReadOnlySpan<byte> json, MangoLimits? limits = null)
    {
        var body = MangoJson.ParseObject(json);
        var definition = MangoOptions.Required(body, "index");
        var type = MangoOptions.Text(body, "type") ?? "json";
        var name = NotEmpty(MangoOptions.Text(body, "name"));
        var design = NotEmpty(MangoOptions.Text(body, "ddoc"));
        MangoOptions.Positive(body, "w");
        var partitioned = MangoOptions.Flag(body, "partitioned");
        MangoOptions.RefuseOthers(body, "index", "type", "name", "ddoc", "w", "partitioned");
        if (type is "text" or "nouveau")
            throw DocumentStoreException.Invalid("required index service unavailable", type);
        if (type != "json")
            throw DocumentStoreException.Invalid("invalid_index", $"Invalid type for index: {type}");
        if (partitioned == true)
            throw DocumentStoreException.Invalid("invalid_partitioned_option", "Databases here have no partitions.");

        var fields = Fields(definition, limits ?? MangoLimits.Default, out var filter);
        var generated = new Lazy<string>(() => IndexName.Generate(body));
        var id = design ?? generated.Value;
        if (!id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal))
            id = DocumentId.DesignPrefix + id;
        name ??= generated.Value;
        return new IndexRequest
        {
            DesignDocument = id,
            Name = name,
            Index = new MangoIndex(id, name, fields, filter),
            Definition = JsonMarshal.GetRawUtf8Value(definition).ToArray(),
        };
    }

    /// <summary>The request as the body that <see cref="Parse"/> reads.</summary>
    public ReadOnlyMemory<byte> ToBody() => Encoding.UTF8.GetBytes(
        $"{{\"index\":{Encoding.UTF8.GetString(Definition.Span)},\"ddoc\":{JsonQuote.Text(DesignDocument)},\"name\":{JsonQuote.Text(Name)}}}");

    private static List<SortField> Fields(JsonElement definition, MangoLimits limits, out Selector? filter)
    {
        if (definition.ValueKind != JsonValueKind.Object)
        {
            throw DocumentStoreException.Invalid(
                "invalid_index", $"JSON indexes must be an object, not: {ErlangText.Bytes(definition)}");
        }

        var fields = SortFields.Parse(MangoOptions.Required(definition, "fields"));
        filter = MangoOptions.Optional(definition, "partial_filter_selector") is { } selector
            ? Selector.Parse(selector, limits)
            : null;
        if (filter?.Root == EverythingNode.Empty)
            filter = null;
        MangoOptions.RefuseOthers(definition, "fields", "partial_filter_selector");

        // A field named twice is kept once, where it was last.
        return [.. fields.Where((field, at) => !fields.Skip(at + 1).Any(later => later.Field == field.Field))];
    }

    private static string? NotEmpty(string? text) => text is ""
        ? throw DocumentStoreException.Invalid("invalid_empty_string", "Index name or ddoc cannot be empty string")
        : text;
}
