using Cozy.CouchDbServer.Http;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Mango;

/// <summary><c>_index</c>, <c>_find</c> and <c>_explain</c>: there is the index every database has, and no other.</summary>
internal static class MangoEndpoints
{
    public static readonly Route Index = new("GET,POST", ("GET", ListAsync), ("POST", RefuseAsync));

    public static readonly Route Find = new("POST", ("POST", RefuseAsync));

    private static Task ListAsync(Exchange exchange) => exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Raw(
        "{\"total_rows\":1,\"indexes\":[{\"ddoc\":null,\"name\":\"_all_docs\",\"type\":\"special\",\"def\":{\"fields\":[{\"_id\":\"asc\"}]}}]}"u8));

    private static async Task RefuseAsync(Exchange exchange)
    {
        JsonText.ParseObject(await exchange.ReadJsonBodyAsync());
        throw CouchException.NotImplemented("Mango queries and indexes are not supported by this server.");
    }
}
