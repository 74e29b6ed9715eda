using System.Text;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Listing;
using Cozy.Storage.Documents.Mango;

namespace Cozy.CouchDbServer.Views;

/// <summary>What is asked of a view, from a query string and the body of a POST, checked as CouchDB checks it.</summary>
internal sealed class ViewOptions : RowOptions
{
    /// <summary>Rows with one key stay together whatever it is.</summary>
    public const int ExactGroups = int.MaxValue;

    private readonly bool _reduces;
    private byte[]? _startKey;
    private byte[]? _endKey;
    private string? _startId;
    private string? _endId;
    private bool? _reduce;
    private bool _isGrouped;

    private ViewOptions(bool reduces)
    {
        _reduces = reduces;
    }

    public IReadOnlyList<byte[]>? Keys { get; private set; }

    public ViewKey? Start => _startKey is null ? null : new ViewKey(_startKey, _startId);

    public ViewKey? End => _endKey is null ? null : new ViewKey(_endKey, _endId);

    /// <summary>Whether the values are reduced instead of told.</summary>
    public bool Reduce => _reduce ?? _reduces;

    /// <summary>How many elements of array keys make a group: 0 for one group of all.</summary>
    public int GroupLevel { get; private set; }

    /// <summary>Reads the options of one query.</summary>
    /// <param name="query">The query string, which counts more than the body.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="reduces">Whether the view has a reduce.</param>
    public static ViewOptions Parse(QueryOptions query, JsonElement? body, bool reduces)
    {
        var options = new ViewOptions(reduces);
        if (body is { } given)
            options.Read(given);
        options.Read(query);
        return options.Check();
    }

    protected override bool ReadOwn(string name, string value, Func<JsonElement> json, bool fromBody)
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
                return true;
            case "key":
                _startKey = _endKey = Key(json());
                return true;
            case "startkey" or "start_key":
                _startKey = Key(json());
                return true;
            case "endkey" or "end_key":
                _endKey = Key(json());
                return true;
            case "startkey_docid" or "start_key_doc_id":
                _startId = value;
                return true;
            case "endkey_docid" or "end_key_doc_id":
                _endId = value;
                return true;
            case "group_level":
                (_isGrouped, GroupLevel) = (true, OptionText.NotNegative(value, fromBody, json));
                return true;
            case "group":
                if (OptionText.Flag(value))
                    (_isGrouped, GroupLevel) = (true, ExactGroups);
                return true;
            case "reduce":
                _reduce = OptionText.Flag(value);
                return true;
            default:
                return false;
        }
    }

    private ViewOptions Check()
    {
        if (_reduce is true && !_reduces)
            throw CouchException.QueryParse("Reduce is invalid for map-only views.");
        if (_isGrouped && !Reduce)
            throw CouchException.QueryParse("Invalid use of grouping on a map view.");
        if (Keys is not null && (_startKey is not null || _endKey is not null))
            throw Incompatible();
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
