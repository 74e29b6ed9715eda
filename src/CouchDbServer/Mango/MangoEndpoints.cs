using System.Buffers;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Mango;

/// <summary><c>_find</c> and <c>_explain</c>.</summary>
internal static class MangoEndpoints
{
    public static readonly Route Find = new("POST", ("POST", FindAsync));

    public static readonly Route Explain = new("POST", ("POST", ExplainAsync));

    private static async Task FindAsync(Exchange exchange)
    {
        var query = await ReadAsync(exchange);
        var result = await exchange.Store.FindAsync(exchange.Database, query, exchange.Aborted);
        await exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Value(result.WriteTo));
    }

    private static async Task ExplainAsync(Exchange exchange)
    {
        var query = await ReadAsync(exchange);
        var explanation = await exchange.Store.ExplainAsync(exchange.Database, query, exchange.Aborted);
        await exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Raw(explanation.Span));
    }

    private static async Task<FindQuery> ReadAsync(Exchange exchange) =>
        FindQuery.Parse((await exchange.ReadJsonBodyAsync()).Span, exchange.Protocol.Limits.Queries);
}
