using System.Text.Json;
using Cozy.CouchDbServer.Attachments;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Listing;

/// <summary>The options of a listing, from a query string or from the body of a POST, checked as CouchDB checks them.</summary>
internal sealed class ListingOptions
{
    public IReadOnlyList<JsonElement>? Keys { get; private set; }

    public int? Limit { get; private set; }

    public int Skip { get; private set; }

    public bool Descending { get; private set; }

    public bool IncludeDocuments { get; private set; }

    public bool Conflicts { get; private set; }

    public bool UpdateSequence { get; private set; }

    /// <summary>How attachments are shown in documents.</summary>
    public AttachmentOptions Attachments { get; private set; } = AttachmentOptions.Stubs;

    private JsonElement? StartKey { get; set; }

    private JsonElement? EndKey { get; set; }

    private string? StartId { get; set; }

    private bool InclusiveEnd { get; set; } = true;

    public static ListingOptions Parse(QueryOptions query)
    {
        var options = new ListingOptions();
        options.Read(query);
        return options.Check();
    }

    /// <summary>Reads the body first and the query string over it.</summary>
    public static ListingOptions Parse(JsonElement body, QueryOptions query)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw CouchException.BadRequest("Request body must be a JSON object");

        var options = new ListingOptions();
        foreach (var member in body.EnumerateObject())
        {
            var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.Text() : member.Value.GetRawText();
            options.Read(member.Name, text, () => member.Value, fromBody: true);
        }

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

    private void Read(QueryOptions query)
    {
        foreach (var (name, value) in query.Values)
            Read(name, value, () => query.Json(name)!.Value, fromBody: false);
    }

    private void Read(string name, string value, Func<JsonElement> json, bool fromBody)
    {
        switch (name)
        {
            case "keys":
                var keys = json();
                if (keys.ValueKind != JsonValueKind.Array)
                    throw CouchException.BadRequest($"`keys` {(fromBody ? "body member" : "parameter")} must be an array.");
                Keys = [.. keys.EnumerateArray()];
                break;
            case "key":
                StartKey = EndKey = json();
                break;
            case "startkey" or "start_key":
                StartKey = json();
                break;
            case "endkey" or "end_key":
                EndKey = json();
                break;
            case "startkey_docid" or "start_key_doc_id":
                StartId = value;
                break;
            case "limit":
                Limit = OptionText.NotNegative(value, fromBody, json);
                break;
            case "skip":
                Skip = OptionText.NotNegative(value, fromBody, json);
                break;
            case "group_level":
                OptionText.NotNegative(value, fromBody, json);
                throw CouchException.QueryParse("Invalid use of grouping on a map view.");
            default:
                ReadFlag(name, value);
                break;
        }
    }

    private void ReadFlag(string name, string value)
    {
        switch (name)
        {
            case "descending":
                Descending = OptionText.Flag(value);
                break;
            case "inclusive_end":
                InclusiveEnd = OptionText.Flag(value);
                break;
            case "include_docs":
                IncludeDocuments = OptionText.Flag(value);
                break;
            case "conflicts":
                Conflicts = OptionText.Flag(value);
                break;
            case "attachments":
                Attachments = Attachments with { WithData = OptionText.Flag(value) };
                break;
            case "att_encoding_info":
                Attachments = Attachments with { EncodingInfo = OptionText.Flag(value) };
                break;
            case "update_seq":
                UpdateSequence = OptionText.Flag(value);
                break;
            case "reduce" when OptionText.Flag(value):
                throw CouchException.QueryParse("Reduce is invalid for map-only views.");
            case "group" when OptionText.Flag(value):
                throw CouchException.QueryParse("Invalid use of grouping on a map view.");
            case "stale" when value is not ("ok" or "update_after"):
                throw CouchException.QueryParse("Invalid value for `stale`.");
            case "update" when value is not ("true" or "false" or "lazy"):
                throw CouchException.QueryParse("Invalid value for `update`.");
            default:
                break;
        }
    }

    private ListingOptions Check() =>
        Keys is not null && (StartKey is not null || EndKey is not null) ? throw Incompatible() : this;

    private static CouchException Incompatible() =>
        CouchException.QueryParse("`keys` is incompatible with `key`, `start_key` and `end_key`");
}
