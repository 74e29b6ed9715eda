using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Listing;

/// <summary>The options of a listing, from a query string or from the body of a POST, checked as CouchDB checks them.</summary>
internal sealed class ListingOptions : RowOptions
{
    public IReadOnlyList<JsonElement>? Keys { get; private set; }

    private JsonElement? StartKey { get; set; }

    private JsonElement? EndKey { get; set; }

    private string? StartId { get; set; }

    public static ListingOptions Parse(QueryOptions query)
    {
        var options = new ListingOptions();
        options.Read(query);
        return options.Check();
    }

    /// <summary>Reads the body first and the query string over it.</summary>
    public static ListingOptions Parse(JsonElement body, QueryOptions query)
    {
        var options = new ListingOptions();
        options.Read(body);
        if (query["keys"] is not null && options.Keys is not null)
            throw Incompatible();
        options.Read(query);
        return options.Check();
    }

    /// <summary>The range this asks for. Keys that are no strings sort before every id.</summary>
    public ListQuery ToQuery()
    {
        var query = new ListQuery
        {
            Descending = Descending,
            InclusiveEnd = InclusiveEnd,
            Skip = Skip,
            Limit = Limit,
            IncludeDocuments = IncludeDocuments,
        };
        if (StartKey is { } start)
        {
            query = start.ValueKind == JsonValueKind.String ? query with { StartKey = start.Text() }
                : Descending ? query with { StartKey = "" }
                : query;
        }
        else if (StartId is not null)
        {
            query = query with { StartKey = StartId };
        }

        if (EndKey is { } end)
        {
            query = end.ValueKind == JsonValueKind.String ? query with { EndKey = end.Text() }
                : Descending ? query
                : query with { EndKey = "", InclusiveEnd = false };
        }

        return query;
    }

    protected override bool ReadOwn(string name, string value, Func<JsonElement> json, bool fromBody)
    {
        switch (name)
        {
            case "keys":
                var keys = json();
                if (keys.ValueKind != JsonValueKind.Array)
                    throw CouchException.BadRequest($"`keys` {(fromBody ? "body member" : "parameter")} must be an array.");
                Keys = [.. keys.EnumerateArray()];
                return true;
            case "key":
                StartKey = EndKey = json();
                return true;
            case "startkey" or "start_key":
                StartKey = json();
                return true;
            case "endkey" or "end_key":
                EndKey = json();
                return true;
            case "startkey_docid" or "start_key_doc_id":
                StartId = value;
                return true;
            case "group_level":
                OptionText.NotNegative(value, fromBody, json);
                throw CouchException.QueryParse("Invalid use of grouping on a map view.");
            case "group" when OptionText.Flag(value):
                throw CouchException.QueryParse("Invalid use of grouping on a map view.");
            case "reduce" when OptionText.Flag(value):
                throw CouchException.QueryParse("Reduce is invalid for map-only views.");
            default:
                return false;
        }
    }

    private ListingOptions Check() =>
        Keys is not null && (StartKey is not null || EndKey is not null) ? throw Incompatible() : this;
}
