using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Documents;

/// <summary>The parts of a request on one document that several methods read.</summary>
internal static class DocumentRequest
{
    /// <summary>The revision of <c>?rev=</c> or <c>If-Match</c>; null when there is neither.</summary>
    public static string? GivenRevision(Exchange exchange)
    {
        var query = exchange.Query["rev"];
        var header = exchange.Http.Request.Headers.IfMatch.ToString().Trim('"');
        if (query is not null)
            Revision.Parse(query);
        if (header.Length == 0)
            return query;
        return query is null || query == header ? header : throw DifferentRevisions();
    }

    /// <summary>Refuses a body that names another revision than the header.</summary>
    public static void CheckBodyRevision(Exchange exchange, string? bodyRevision)
    {
        var header = exchange.Http.Request.Headers.IfMatch.ToString().Trim('"');
        if (header.Length > 0 && bodyRevision is not null && bodyRevision != header)
            throw DifferentRevisions();
    }

    public static ReadOptions ReadOptions(QueryOptions query)
    {
        // With a revision CouchDB tells nothing about the rest of the tree.
        var meta = query.IsTrue("meta");
        return query["rev"] is { } revision
            ? new ReadOptions
            {
                Revision = Revision.Parse(revision),
                Latest = query.IsTrue("latest"),
                WithRevisions = query.IsTrue("revs"),
            }
            : new ReadOptions
            {
                WithRevisions = query.IsTrue("revs"),
                WithRevisionsInfo = meta || query.IsTrue("revs_info"),
                WithConflicts = meta || query.IsTrue("conflicts"),
                WithDeletedConflicts = meta || query.IsTrue("deleted_conflicts"),
                WithLocalSequence = query.IsTrue("local_seq"),
            };
    }

    /// <summary>Reads a document that is there and not deleted (unless a revision is asked for).</summary>
    public static async ValueTask<StoredDocument> RequireAsync(Exchange exchange, string id, ReadOptions options)
    {
        var document = await exchange.Store.GetAsync(exchange.Database, id, options, exchange.Aborted)
            ?? throw CouchException.Missing();
        return document.Deleted && options.Revision is null ? throw CouchException.NotFound("deleted") : document;
    }

    private static CouchException DifferentRevisions() =>
        CouchException.BadRequest("Document rev and etag have different values");
}
