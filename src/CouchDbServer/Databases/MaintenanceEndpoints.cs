using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Databases;

/// <summary>
/// What an administrator or a replicator asks for from time to time. The store commits before it answers and has no
/// views, so most of it has nothing to do.
/// </summary>
internal static class MaintenanceEndpoints
{
    public static readonly Route Compact = new("POST", ("POST", CompactAsync));

    public static readonly Route ViewCleanup = new("POST", ("POST", exchange => exchange.AnswerOkAsync(StatusCodes.Status202Accepted)));

    public static readonly Route EnsureFullCommit = new("POST", ("POST", EnsureFullCommitAsync));

    /// <summary><c>_compact/{design document}</c>.</summary>
    public static async Task CompactViewsAsync(Exchange exchange, string design)
    {
        if (!HttpMethods.IsPost(exchange.Method))
            throw CouchException.MethodNotAllowed("POST");
        await exchange.ReadJsonBodyAsync();
        await Documents.DocumentRequest.RequireAsync(exchange, DocumentId.DesignPrefix + design, ReadOptions.Winner);
        await exchange.AnswerOkAsync(StatusCodes.Status202Accepted);
    }

    private static async Task CompactAsync(Exchange exchange)
    {
        await exchange.ReadJsonBodyAsync();
        exchange.Server.Compactions.Start(exchange.Database);
        await exchange.AnswerOkAsync(StatusCodes.Status202Accepted);
    }

    private static async Task EnsureFullCommitAsync(Exchange exchange)
    {
        await exchange.ReadJsonBodyAsync();
        await exchange.AnswerAsync(
            StatusCodes.Status201Created, json => json.Raw("{\"ok\":true,\"instance_start_time\":\"0\"}"u8));
    }
}
