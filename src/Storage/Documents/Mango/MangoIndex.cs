using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Cozy.Storage.Documents.Mango.Selectors;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Mango;

/// <summary>An index of a database. It lists the documents that have all its fields, in their order.</summary>
/// <param name="DesignDocument">The id of the design document it is in; null for the one every database has.</param>
/// <param name="Name">Its name in that document.</param>
/// <param name="Fields">What it is sorted by. Their direction is kept and told, and has no effect.</param>
/// <param name="PartialFilter">The selector of the only documents it lists; null for all.</param>
public sealed record MangoIndex(
    string? DesignDocument, string Name, IReadOnlyList<SortField> Fields, Selector? PartialFilter = null)
{
    /// <summary>All documents by their ids: the index that every database has.</summary>
    public static readonly MangoIndex AllDocuments = new(null, "_all_docs", [new SortField("_id")]);

    /// <summary>Whether it is <see cref="AllDocuments"/>.</summary>
    public bool IsSpecial => DesignDocument is null;

    /// <summary>The fields as paths.</summary>
    internal IReadOnlyList<FieldPath> Columns { get; } = [.. Fields.Select(field => FieldPath.Parse(field.Field))];

    /// <summary>The values that a document is listed by, as an array of JSON; empty when it lacks one of the fields.</summary>
    /// <param name="document">The document as an object of canonical JSON.</param>
    public byte[] KeyOf(ReadOnlySpan<byte> document)
    {
        var output = new ArrayBufferWriter<byte>(64);
        foreach (var column in Columns)
        {
            if (column.Find(document, out var value) != FieldSearch.Found)
                return [];
            output.Write(output.WrittenCount == 0 ? "["u8 : ","u8);
            output.Write(value);
        }

        output.Write(output.WrittenCount == 0 ? "[]"u8 : "]"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads an index out of a list of them.</summary>
    /// <exception cref="DocumentStoreException">It is not one.</exception>
    public static MangoIndex Parse(ReadOnlySpan<byte> json) => Parse(MangoJson.ParseObject(json));

    /// <summary>Writes the index as CouchDB lists it.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write("{\"ddoc\":"u8);
        output.Write(DesignDocument is null ? "null"u8 : JsonQuote.Bytes(DesignDocument));
        output.Write(",\"name\":"u8);
        output.Write(JsonQuote.Bytes(Name));
        output.Write(IsSpecial ? ",\"type\":\"special\""u8 : ",\"type\":\"json\",\"partitioned\":false"u8);
        output.Write(",\"def\":{\"fields\":["u8);
        for (var i = 0; i < Fields.Count; i++)
        {
            output.Write(Encoding.UTF8.GetBytes(
                $"{(i == 0 ? "" : ",")}{{{JsonQuote.Text(Fields[i].Field)}:\"{Direction(Fields[i])}\"}}"));
        }

        output.Write("]"u8);
        if (PartialFilter is not null)
        {
            output.Write(",\"partial_filter_selector\":"u8);
            output.Write(PartialFilter.Json.Span);
        }

        output.Write("}}"u8);
    }

    internal static MangoIndex Parse(JsonElement json)
    {
        var definition = json.GetProperty("def");
        var fields = definition.GetProperty("fields").EnumerateArray()
            .Select(field => field.EnumerateObject().First())
            .Select(field => new SortField(field.Name, field.Value.GetString() == "desc"))
            .ToList();
        return json.GetProperty("type").GetString() == "special"
            ? AllDocuments
            : new MangoIndex(
                json.GetProperty("ddoc").GetString(),
                json.GetProperty("name").GetString()!,
                fields,
                definition.TryGetProperty("partial_filter_selector", out var filter) && filter.EnumerateObject().Any()
                    ? Selector.Parse(JsonMarshal.GetRawUtf8Value(filter), MangoLimits.Accepted)
                    : null);
    }

    internal static string Direction(SortField field) => field.Descending ? "desc" : "asc";
}

/// <summary>What became of the request for an index.</summary>
/// <param name="Created">False when there was the same index already.</param>
/// <param name="DesignDocument">The id of its design document.</param>
/// <param name="Name">Its name.</param>
public sealed record IndexCreation(bool Created, string DesignDocument, string Name);
