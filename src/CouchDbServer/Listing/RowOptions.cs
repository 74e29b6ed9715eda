using System.Text.Json;
using Cozy.CouchDbServer.Attachments;
using Cozy.CouchDbServer.Http;

namespace Cozy.CouchDbServer.Listing;

/// <summary>What listings and views can be asked alike, in a query string or in the body of a POST, checked as CouchDB checks it.</summary>
internal abstract class RowOptions
{
    public int? Limit { get; private set; }

    public int Skip { get; private set; }

    public bool Descending { get; private set; }

    public bool InclusiveEnd { get; private set; } = true;

    public bool IncludeDocuments { get; private set; }

    public bool Conflicts { get; private set; }

    public bool UpdateSequence { get; private set; }

    /// <summary>How attachments are shown in documents.</summary>
    public AttachmentOptions Attachments { get; private set; } = AttachmentOptions.Stubs;

    /// <summary>What is wrong with keys beside a range.</summary>
    protected static CouchException Incompatible() =>
        CouchException.QueryParse("`keys` is incompatible with `key`, `start_key` and `end_key`");

    /// <summary>Reads the options that a body has.</summary>
    protected void Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw CouchException.BadRequest("Request body must be a JSON object");
        foreach (var member in body.EnumerateObject())
        {
            var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.Text() : member.Value.GetRawText();
            Read(member.Name, text, () => member.Value, fromBody: true);
        }
    }

    /// <summary>Reads the options of a query string, which count more than those of a body.</summary>
    protected void Read(QueryOptions query)
    {
        foreach (var (name, value) in query.Values)
            Read(name, value, () => query.Json(name)!.Value, fromBody: false);
    }

    /// <summary>Reads an option that only this kind of rows has; false when it is none.</summary>
    /// <param name="name">The option.</param>
    /// <param name="value">Its text.</param>
    /// <param name="json">Reads it as JSON.</param>
    /// <param name="fromBody">Whether it stands in a body.</param>
    protected abstract bool ReadOwn(string name, string value, Func<JsonElement> json, bool fromBody);

    private void Read(string name, string value, Func<JsonElement> json, bool fromBody)
    {
        if (ReadOwn(name, value, json, fromBody))
            return;
        switch (name)
        {
            case "limit":
                Limit = OptionText.NotNegative(value, fromBody, json);
                break;
            case "skip":
                Skip = OptionText.NotNegative(value, fromBody, json);
                break;
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
            case "stale" when value is not ("ok" or "update_after"):
                throw CouchException.QueryParse("Invalid value for `stale`.");
            case "update" when value is not ("true" or "false" or "lazy"):
                throw CouchException.QueryParse("Invalid value for `update`.");
            default:
                break;
        }
    }
}
