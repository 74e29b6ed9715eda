using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Documents;

/// <summary><c>GET /{db}/{id}</c>: one revision of a document, or several.</summary>
internal static class DocumentReadEndpoints
{
    public static Task GetAsync(Exchange exchange, string id)
    {
        var query = exchange.Query;
        if (query["atts_since"] is not null)
            query.Json("atts_since");

        if (query["open_revs"] is { } wanted)
        {
            if (wanted == "all")
                return OpenRevisions.AnswerAsync(exchange, id, null);
            var revisions = ParseRevisions(query);
            if (revisions.Count > 0)
                return OpenRevisions.AnswerAsync(exchange, id, revisions);
        }

        return GetOneAsync(exchange, id);
    }

    private static async Task GetOneAsync(Exchange exchange, string id)
    {
        var document = await DocumentRequest.RequireAsync(exchange, id, DocumentRequest.ReadOptions(exchange.Query));
        var response = exchange.Http.Response;
        // What is told about the tree changes without a new revision, so such answers have no ETag.
        if (!TellsAboutTree(document.Details))
        {
            var etag = $"\"{document.Revision}\"";
            response.Headers.ETag = etag;
            if (exchange.Http.Request.Headers.IfNoneMatch == etag)
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        await exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Document(document));
    }

    private static bool TellsAboutTree(DocumentDetails? details) =>
        details is not null
        && (details.RevisionsInfo is not null
            || details.LocalSequence is not null
            || details.Conflicts is { Count: > 0 }
            || details.DeletedConflicts is { Count: > 0 });

    private static List<Revision> ParseRevisions(QueryOptions query)
    {
        var list = query.Json("open_revs")?.Texts() ?? throw CouchException.BadRequest("Invalid list of revisions");
        return [.. list.Select(Revision.Parse)];
    }
}
