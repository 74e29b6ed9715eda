using System.Text.Json;
using Cozy.CouchDbServer.Http;

namespace Cozy.CouchDbServer.Documents;

/// <summary>The body of <c>_bulk_docs</c>: each document stays the bytes it came as.</summary>
internal sealed record BulkBody
{
    /// <summary>Deeper than any document may be, which is checked for each of them.</summary>
    private static readonly JsonReaderOptions Options = new() { MaxDepth = int.MaxValue };

    /// <summary>Where the documents are in the body.</summary>
    public required IReadOnlyList<Range> Documents { get; init; }

    /// <summary>False when the revisions were made elsewhere.</summary>
    public bool NewEdits { get; init; } = true;

    public bool AllOrNothing { get; init; }

    public static BulkBody Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return Read(json);
        }
        catch (JsonException)
        {
            throw CouchException.InvalidJson();
        }
    }

    private static BulkBody Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            reader.Read();
            throw CouchException.BadRequest("Request body must be a JSON object");
        }

        List<Range>? documents = null;
        var any = false;
        var newEdits = true;
        var allOrNothing = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isDocuments = reader.ValueTextEquals("docs"u8);
            var isNewEdits = reader.ValueTextEquals("new_edits"u8);
            var isAllOrNothing = reader.ValueTextEquals("all_or_nothing"u8);
            reader.Read();
            if (isDocuments)
            {
                any = true;
                documents = reader.TokenType == JsonTokenType.StartArray ? ReadRanges(ref reader) : null;
            }
            else if (isNewEdits)
            {
                newEdits = reader.TokenType is JsonTokenType.True or JsonTokenType.False
                    ? reader.GetBoolean()
                    : throw CouchException.BadRequest("`new_edits` must be true or false.");
            }
            else if (isAllOrNothing)
            {
                allOrNothing = reader.TokenType == JsonTokenType.True;
            }

            reader.Skip();
        }

        // Whatever follows the object is an error of its own, found by reading on.
        reader.Read();
        if (!any)
            throw CouchException.BadRequest("POST body must include `docs` parameter.");
        return new BulkBody
        {
            Documents = documents ?? throw CouchException.BadRequest("`docs` parameter must be an array."),
            NewEdits = newEdits,
            AllOrNothing = allOrNothing,
        };
    }

    private static List<Range> ReadRanges(ref Utf8JsonReader reader)
    {
        var ranges = new List<Range>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            ranges.Add(start..(int)reader.BytesConsumed);
        }

        return ranges;
    }
}
