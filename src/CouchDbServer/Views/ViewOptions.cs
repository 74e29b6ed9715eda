using System.Text;
using System.Text.Json;
using Cozy.CouchDbServer.Attachments;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Listing;
using Cozy.Storage.Documents.Mango;

namespace Cozy.CouchDbServer.Views;

/// <summary>What is asked of a view, from a query string and the body of a POST, checked as CouchDB checks it.</summary>
internal sealed class ViewOptions
{
    /// <summary>Rows with one key stay together whatever it is.</summary>
    public const int ExactGroups = int.MaxValue;

    private readonly bool _reduces;
    private byte[]? _startKey;
    private byte[]? _endKey;
    private string? _startId;
    private string? _endId;
    private bool? _reduce;

    private ViewOptions(bool reduces)
    {
        _reduces = reduces;
    }

    public IReadOnlyList<byte[]>? Keys { get; private set; }

    public ViewKey? Start => _startKey is null ? null : new ViewKey(_startKey, _startId);

    public ViewKey? End => _endKey is null ? null : new ViewKey(_endKey, _endId);

    public bool InclusiveEnd { get; private set; } = true;

    public bool Descending { get; private set; }

    public int? Limit { get; private set; }

    public int Skip { get; private set; }

    public bool IncludeDocuments { get; private set; }

    public bool Conflicts { get; private set; }

    public bool UpdateSequence { get; private set; }

    /// <summary>Whether the values are reduced instead of told.</summary>
    public bool Reduce => _reduce ?? _reduces;

    /// <summary>How many elements of array keys make a group: 0 for one group of all.</summary>
    public int GroupLevel { get; private set; }

    /// <summary>How attachments are shown in documents.</summary>
    public AttachmentOptions Attachments { get; private set; } = AttachmentOptions.Stubs;

    /// <summary>Reads the options of one query.</summary>
    /// <param name="query">The query string, which counts more than the body.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="reduces">Whether the view has a reduce.</param>
    public static ViewOptions Parse(QueryOptions query, JsonElement? body, bool reduces)
    {
        var options = new ViewOptions(reduces);
        if (body is { } given)
        {
            if (given.ValueKind != JsonValueKind.Object)
                throw CouchException.BadRequest("Request body must be a JSON object");
            foreach (var member in given.EnumerateObject())
            {
                var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.Text() : member.Value.GetRawText();
                options.Read(member.Name, text, () => member.Value, fromBody: true);
            }
        }

        foreach (var (name, value) in query.Values)
            options.Read(name, value, () => query.Json(name)!.Value, fromBody: false);
        return options.Check();
    }

    private void Read(string name, string value, Func<JsonElement> json, bool fromBody)
    {
        switch (name)
        {
            case "keys":
                var keys = json();
                if (keys.ValueKind != JsonValueKind.Array)
                {
                    throw fromBody
                        ? CouchException.BadRequest("`keys` member must be an array.")
                        : CouchException.QueryParse("`keys` must be an array of strings.");
                }

                Keys = [.. keys.EnumerateArray().Select(Key)];
                break;
            case "key":
                _startKey = _endKey = Key(json());
                break;
            case "startkey" or "start_key":
                _startKey = Key(json());
                break;
            case "endkey" or "end_key":
                _endKey = Key(json());
                break;
            case "startkey_docid" or "start_key_doc_id":
                _startId = value;
                break;
            case "endkey_docid" or "end_key_doc_id":
                _endId = value;
                break;
            case "limit":
                Limit = OptionText.NotNegative(value, fromBody, json);
                break;
            case "skip":
                Skip = OptionText.NotNegative(value, fromBody, json);
                break;
            case "group_level":
                GroupLevel = OptionText.NotNegative(value, fromBody, json);
                IsGrouped = true;
                break;
            default:
                ReadFlag(name, value);
                break;
        }
    }

    private bool IsGrouped { get; set; }

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
            case "reduce":
                _reduce = OptionText.Flag(value);
                break;
            case "group":
                if (OptionText.Flag(value))
                    (IsGrouped, GroupLevel) = (true, ExactGroups);
                break;
            case "stale" when value is not ("ok" or "update_after"):
                throw CouchException.QueryParse("Invalid value for `stale`.");
            case "update" when value is not ("true" or "false" or "lazy"):
                throw CouchException.QueryParse("Invalid value for `update`.");
            default:
                break;
        }
    }

    private ViewOptions Check()
    {
        if (_reduce is true && !_reduces)
            throw CouchException.QueryParse("Reduce is invalid for map-only views.");
        if (IsGrouped && !Reduce)
            throw CouchException.QueryParse("Invalid use of grouping on a map view.");
        if (Keys is not null && (_startKey is not null || _endKey is not null))
            throw CouchException.QueryParse("`keys` is incompatible with `key`, `start_key` and `end_key`");
        if (!Reduce)
            return this;
        if (IncludeDocuments)
            throw CouchException.QueryParse("`include_docs` is invalid for reduce");
        if (Conflicts)
            throw CouchException.QueryParse("`conflicts` is invalid for reduce views.");
        return Keys is { Count: > 1 } && GroupLevel != ExactGroups
            ? throw CouchException.QueryParse("Multi-key fetches for reduce views must use `group=true`")
            : this;
    }

    private static byte[] Key(JsonElement key) => CollationKey.Of(Encoding.UTF8.GetBytes(key.GetRawText()));
}
