using System.Globalization;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Mango;

/// <summary>
/// A Mango index read as the view it is kept as: <c>GET /{db}/_design/{design}/_view/{name}</c> lists its entries, or with
/// <c>reduce</c>, which is the default, counts them.
/// </summary>
internal static class IndexViewEndpoint
{
    private const int PageSize = 1000;

    /// <summary>Answers when there is such an index.</summary>
    public static async Task<bool> TryAnswerAsync(Exchange exchange, string designDocument, string name)
    {
        var indexes = await exchange.Store.ListIndexesAsync(exchange.Database, exchange.Aborted);
        if (indexes.FirstOrDefault(index => index.DesignDocument == designDocument && index.Name == name) is not { } index)
            return false;
        if (exchange.Query.Values.Keys.FirstOrDefault(option => option is not ("reduce" or "limit" or "skip")) is { } unknown)
            throw CouchException.NotImplemented($"The index can be listed and counted; the option {unknown} is for views.");

        var entries = await ReadAsync(exchange, index);
        if (!exchange.Query.IsFalse("reduce"))
        {
            await exchange.AnswerAsync(StatusCodes.Status200OK, json =>
            {
                json.Raw("{\"rows\":["u8);
                if (entries.Count > 0)
                    json.Raw("{\"key\":null,\"value\":"u8).Number(entries.Count).Raw("}"u8);
                json.Raw("]}"u8);
            });
            return true;
        }

        var skip = Number(exchange, "skip") ?? 0;
        var limit = Number(exchange, "limit") ?? entries.Count;
        await exchange.AnswerAsync(StatusCodes.Status200OK, json => json
            .Raw("{\"total_rows\":"u8).Number(entries.Count)
            .Raw(",\"offset\":"u8).Number(Math.Min(skip, entries.Count))
            .Raw(",\"rows\":"u8).Array(entries.Skip(skip).Take(limit), static (json, entry) => json
                .Raw("{\"id\":"u8).String(entry.Id).Raw(",\"key\":"u8).Raw(entry.Key).Raw(",\"value\":null}"u8))
            .Raw("}"u8));
        return true;
    }

    private static async Task<List<(string Id, byte[] Key)>> ReadAsync(Exchange exchange, MangoIndex index)
    {
        var query = new FindQuery
        {
            Selector = Selector.Everything,
            Sort = [.. index.Fields.Select(field => new SortField(field.Field))],
            UseIndex = new IndexHint(index.DesignDocument!, index.Name),
            AllowFallback = false,
            Limit = PageSize,
        };
        var entries = new List<(string, byte[])>();
        while (true)
        {
            var page = await exchange.Store.FindAsync(exchange.Database, query, exchange.Aborted);
            foreach (var document in page.Documents)
                entries.Add(Entry(index, document));
            if (page.Documents.Count < PageSize)
                return entries;
            query = query with { Bookmark = page.Bookmark };
        }
    }

    private static (string Id, byte[] Key) Entry(MangoIndex index, ReadOnlyMemory<byte> document)
    {
        using var json = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = 600 });
        return (json.RootElement.GetProperty("_id").GetString()!, index.KeyOf(document.Span));
    }

    private static int? Number(Exchange exchange, string name) =>
        exchange.Query[name] is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw CouchException.QueryParse($"Invalid value for integer: \"{text}\"");
}
