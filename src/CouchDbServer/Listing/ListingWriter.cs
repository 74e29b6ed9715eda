using System.Text.Json;
using Cozy.CouchDbServer.Attachments;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Listing;

/// <summary>
/// Reads a listing page by page and writes each page before it reads the next, so that listing a large database
/// needs the memory of one page. What is written to it meanwhile may or may not be in the answer.
/// </summary>
internal sealed class ListingWriter
{
    private const int PageSize = 1000;
    private const long PageBytes = 4 << 20;
    private const string DesignEnd = "_design0";

    private readonly Exchange _exchange;
    private readonly ListingOptions _options;
    private ListQuery _query;
    private DocumentPage _page;
    private long _total;
    private string? _updateSequence;
    private IReadOnlyList<JsonElement>? _keys;
    private IReadOnlyList<string>? _ids;
    private int _readIds;
    private int _nextRow;

    private ListingWriter(Exchange exchange, ListingOptions options)
    {
        _exchange = exchange;
        _options = options;
        _query = options.ToQuery() with { MaxBytes = PageBytes };
        _page = new DocumentPage(0, 0, []);
    }

    /// <summary>Reads the first page: what can fail should fail before the answer has begun.</summary>
    public static async Task<ListingWriter> OpenAsync(Exchange exchange, ListingOptions options, bool designOnly)
    {
        var listing = new ListingWriter(exchange, options);
        if (designOnly)
            await listing.RestrictToDesignAsync();
        if (options.UpdateSequence && options.Keys is null)
        {
            var info = await exchange.Store.GetInfoAsync(exchange.Database, exchange.Aborted);
            listing._updateSequence = info?.UpdateSequence;
        }

        if (options.Keys is { } keys)
            await listing.OpenKeysAsync(keys, designOnly);
        else
            listing._page = await listing.ReadAsync(listing._query with { Limit = listing.NextLimit(written: 0) });
        if (!designOnly)
            listing._total = listing._page.TotalRows;
        return listing;
    }

    public async Task WriteAsync(JsonOutput json)
    {
        json.Raw("{\"total_rows\":"u8).Number(_total).Raw(",\"offset\":"u8);
        if (_keys is not null || _page.Offset is not { } offset)
            json.Raw("null"u8);
        else
            json.Number(offset);
        if (_options.UpdateSequence)
            json.Raw(",\"update_seq\":"u8).String(_updateSequence);
        json.Raw(",\"rows\":["u8);
        if (_keys is not null)
            await WriteKeysAsync(json);
        else
            await WriteRangeAsync(json);
        json.Raw("]}"u8);
    }

    private async Task WriteRangeAsync(JsonOutput json)
    {
        var written = 0;
        while (true)
        {
            foreach (var row in _page.Rows)
            {
                if (written++ > 0)
                    json.Raw(","u8);
                await WriteRowAsync(json, row);
            }

            await _exchange.FlushAsync();
            if ((_page.Rows.Count < PageSize && !_page.IsCut) || written >= (_options.Limit ?? int.MaxValue))
                return;
            await ReadNextAsync(written);
        }
    }

    // The last row's document may be deleted meanwhile, so it is asked for again and left out if it is still there.
    private async Task ReadNextAsync(int written)
    {
        var last = _page.Rows[^1].Id;
        var limit = NextLimit(written);
        _query = _query with { StartKey = last, Skip = 0, Limit = limit + 1, CountOffset = false };
        _page = await ReadAsync(_query);
        if (_page.Rows.Count > 0 && _page.Rows[0].Id == last)
            _page = _page with { Rows = [.. _page.Rows.Skip(1)], IsCut = _page.IsCut || _page.Rows.Count > limit };
    }

    private async Task WriteKeysAsync(JsonOutput json)
    {
        var first = true;
        foreach (var key in _keys!)
        {
            if (!first)
                json.Raw(","u8);
            first = false;
            if (key.ValueKind == JsonValueKind.String && await NextOfKeysAsync() is { Revision: not null } row)
                await WriteRowAsync(json, row);
            else
                json.Raw("{\"key\":"u8).Raw(System.Text.Encoding.UTF8.GetBytes(key.GetRawText())).Raw(",\"error\":\"not_found\"}"u8);
        }
    }

    private async Task<DocumentRow> NextOfKeysAsync()
    {
        if (_nextRow == _page.Rows.Count)
        {
            await _exchange.FlushAsync();
            await ReadKeysAsync();
        }

        return _page.Rows[_nextRow++];
    }

    private async Task ReadKeysAsync()
    {
        List<string> ids = [.. _ids!.Skip(_readIds).Take(PageSize)];
        _page = await ReadAsync(new ListQuery { Keys = ids, IncludeDocuments = _options.IncludeDocuments, MaxBytes = PageBytes });
        _readIds += _page.Rows.Count;
        _nextRow = 0;
    }

    private async Task WriteRowAsync(JsonOutput json, DocumentRow row)
    {
        json.Raw("{\"id\":"u8).String(row.Id).Raw(",\"key\":"u8).String(row.Id);
        json.Raw(",\"value\":{\"rev\":"u8).String(row.Revision!.Value).Raw(row.Deleted ? ",\"deleted\":true}"u8 : "}"u8);
        if (_options.IncludeDocuments)
        {
            var document = row.Deleted ? null : row.Document;
            if (document is not null && _options.Conflicts)
            {
                document = await _exchange.Store.GetAsync(
                    _exchange.Database, row.Id, new ReadOptions { WithConflicts = true }, _exchange.Aborted);
            }

            json.Raw(",\"doc\":"u8);
            await AttachmentOutput.WriteDocumentAsync(_exchange, json, document, _options.Attachments);
        }

        json.Raw("}"u8);
    }

    private async Task OpenKeysAsync(IReadOnlyList<JsonElement> keys, bool designOnly)
    {
        IEnumerable<JsonElement> selected = keys;
        if (designOnly)
            selected = selected.Where(key => key.ValueKind == JsonValueKind.String && IsDesign(key.Text()));
        if (_options.Descending)
            selected = selected.Reverse();
        _keys = [.. selected.Skip(_options.Skip).Take(_options.Limit ?? int.MaxValue)];
        _ids = [.. _keys.Where(key => key.ValueKind == JsonValueKind.String).Select(key => key.Text())];
        await ReadKeysAsync();
    }

    private async Task RestrictToDesignAsync()
    {
        var all = await ReadAsync(new ListQuery
        {
            StartKey = DocumentId.DesignPrefix,
            EndKey = DesignEnd,
            InclusiveEnd = false,
        });
        _total = all.Rows.Count;
        var (low, high) = (DocumentId.DesignPrefix, DesignEnd);
        var start = _query.Descending ? high : low;
        var end = _query.Descending ? low : high;
        var sign = _query.Descending ? -1 : 1;
        if (_query.StartKey is null || sign * string.CompareOrdinal(_query.StartKey, start) < 0)
            _query = _query with { StartKey = start };
        if (_query.EndKey is null || sign * string.CompareOrdinal(_query.EndKey, end) > 0)
            _query = _query with { EndKey = end };
    }

    private static bool IsDesign(string id) => id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal);

    private int NextLimit(int written) => Math.Min(PageSize, (_options.Limit ?? int.MaxValue) - written);

    private Task<DocumentPage> ReadAsync(ListQuery query) =>
        _exchange.Store.ListAsync(_exchange.Database, query, _exchange.Aborted);
}
