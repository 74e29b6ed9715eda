using System.Text.Json;
using Cozy.CouchDbServer.Databases;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Listing;

/// <summary><c>_local_docs</c>: the local documents, of which CouchDB tells no counts.</summary>
internal static class LocalListing
{
    public static readonly Route Route = new("GET,HEAD,POST", ("GET", GetAsync), ("POST", PostAsync));

    public static readonly Route Queries = new("POST", ("POST", QueriesAsync));

    private static Task GetAsync(Exchange exchange) => AnswerAsync(exchange, ListingOptions.Parse(exchange.Query));

    private static async Task PostAsync(Exchange exchange) =>
        await AnswerAsync(exchange, ListingOptions.Parse(JsonText.Parse(await exchange.ReadJsonBodyAsync()), exchange.Query));

    private static async Task AnswerAsync(Exchange exchange, ListingOptions options)
    {
        var json = exchange.StartStream();
        await WriteAsync(exchange, json, options);
        json.Raw("\n"u8);
        await exchange.FlushAsync();
    }

    private static async Task QueriesAsync(Exchange exchange)
    {
        var options = ListingEndpoints.ParseQueries(JsonText.ParseObject(await exchange.ReadJsonBodyAsync()), exchange.Query);
        var json = exchange.StartStream().Raw("{\"results\":["u8);
        for (var i = 0; i < options.Count; i++)
        {
            if (i > 0)
                json.Raw(","u8);
            await WriteAsync(exchange, json, options[i]);
        }

        json.Raw("]}\n"u8);
        await exchange.FlushAsync();
    }

    private static async Task WriteAsync(Exchange exchange, JsonOutput json, ListingOptions options)
    {
        var rows = await RowsAsync(exchange, options);
        json.Raw("{\"total_rows\":null,\"offset\":null,\"rows\":"u8).Array(rows, (json, row) =>
        {
            var id = DocumentId.LocalPrefix + row.Id;
            if (row.Document is not { } document)
            {
                json.Raw("{\"key\":"u8).String(id).Raw(",\"error\":\"not_found\"}"u8);
                return;
            }

            json.Raw("{\"id\":"u8).String(id).Raw(",\"key\":"u8).String(id);
            json.Raw(",\"value\":{\"rev\":"u8).String(document.Revision).Raw("}"u8);
            if (options.IncludeDocuments)
                json.Raw(",\"doc\":"u8).Document(document);
            json.Raw("}"u8);
        });
        json.Raw("}"u8);
    }

    private static async Task<IEnumerable<(string Id, LocalDocument? Document)>> RowsAsync(Exchange exchange, ListingOptions options)
    {
        if (options.Keys is { } keys)
        {
            // Keys that cannot be a local document's are left out, as in CouchDB.
            var ids = keys.Where(key => key.ValueKind == JsonValueKind.String).Select(key => key.Text())
                .Where(key => key.StartsWith(DocumentId.LocalPrefix, StringComparison.Ordinal))
                .Select(key => key[DocumentId.LocalPrefix.Length..]).ToList();
            var found = await ListAsync(exchange, new ListQuery { Keys = ids });
            var byId = found.DistinctBy(document => document.Id).ToDictionary(document => document.Id);
            var rows = ids.Select(id => (id, byId.GetValueOrDefault(id)));
            return (options.Descending ? rows.Reverse() : rows).Skip(options.Skip).Take(options.Limit ?? int.MaxValue);
        }

        var query = options.ToQuery();
        if (IsBehind(query.Descending ? query.EndKey : query.StartKey) || IsBefore(query.Descending ? query.StartKey : query.EndKey))
            return [];
        var documents = await ListAsync(exchange, query with { StartKey = Inside(query.StartKey), EndKey = Inside(query.EndKey) });
        return documents.Where(document => document.Id is not [DatabaseSettings.ReservedPrefix, ..])
            .Select(document => (document.Id, (LocalDocument?)document));
    }

    private static Task<IReadOnlyList<LocalDocument>> ListAsync(Exchange exchange, ListQuery query) =>
        exchange.Server.Store.ListLocalAsync(exchange.Database, query, exchange.Aborted);

    /// <summary>The part of a bound that is within the local documents; null where the bound is outside of them.</summary>
    private static string? Inside(string? key) =>
        key?.StartsWith(DocumentId.LocalPrefix, StringComparison.Ordinal) == true ? key[DocumentId.LocalPrefix.Length..] : null;

    private static bool IsBehind(string? low) =>
        low is not null && Inside(low) is null && string.CompareOrdinal(low, DocumentId.LocalPrefix) > 0;

    private static bool IsBefore(string? high) =>
        high is not null && Inside(high) is null && string.CompareOrdinal(high, DocumentId.LocalPrefix) < 0;
}
