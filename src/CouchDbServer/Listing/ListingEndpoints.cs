using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Listing;

/// <summary><c>_all_docs</c>, <c>_design_docs</c> and their <c>/queries</c>.</summary>
internal static class ListingEndpoints
{
    public static readonly Route AllDocuments = Listing(designOnly: false);

    public static readonly Route AllDocumentsQueries = Queries(designOnly: false);

    public static readonly Route DesignDocuments = Listing(designOnly: true);

    public static readonly Route DesignDocumentsQueries = Queries(designOnly: true);

    private static Route Listing(bool designOnly) => new(
        "GET,HEAD,POST",
        ("GET", exchange => AnswerAsync(exchange, ListingOptions.Parse(exchange.Query), designOnly)),
        ("POST", async exchange =>
        {
            var body = JsonText.Parse(await exchange.ReadJsonBodyAsync());
            await AnswerAsync(exchange, ListingOptions.Parse(body, exchange.Query), designOnly);
        }
    ));

    private static Route Queries(bool designOnly) => new("POST", ("POST", exchange => AnswerQueriesAsync(exchange, designOnly)));

    private static async Task AnswerAsync(Exchange exchange, ListingOptions options, bool designOnly)
    {
        var listing = await ListingWriter.OpenAsync(exchange, options, designOnly);
        var json = exchange.StartBlocks();
        await listing.WriteAsync(json);
        json.Raw("\n"u8);
        await exchange.FlushAsync();
    }

    /// <summary>Reads the body of <c>/queries</c>.</summary>
    public static List<ListingOptions> ParseQueries(JsonElement body, QueryOptions defaults)
    {
        var queries = body.Member("queries")
            ?? throw CouchException.BadRequest("POST body must include `queries` parameter.");
        if (queries.ValueKind != JsonValueKind.Array)
            throw CouchException.BadRequest("`queries` member must be an array.");

        return [.. queries.EnumerateArray().Select(query => ListingOptions.Parse(query, defaults))];
    }

    private static async Task AnswerQueriesAsync(Exchange exchange, bool designOnly)
    {
        var options = ParseQueries(JsonText.ParseObject(await exchange.ReadJsonBodyAsync()), exchange.Query);
        var json = exchange.StartBlocks().Raw("{\"results\":["u8);
        for (var i = 0; i < options.Count; i++)
        {
            if (i > 0)
                json.Raw(","u8);
            await (await ListingWriter.OpenAsync(exchange, options[i], designOnly)).WriteAsync(json);
        }

        json.Raw("]}\n"u8);
        await exchange.FlushAsync();
    }
}
