using Cozy.CouchDbServer;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Permissions;
using Cozy.Storage.Documents;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Data;

/// <summary>
/// Reads that ask for more than a document: its history, its conflicts, several of its revisions. <c>revs</c> and
/// <c>open_revs</c> are answered as CouchDB does, because replicators ask so; the others as any read.
/// </summary>
internal sealed class RevisionReader(CouchProtocol protocol, GrainDocuments documents)
{
    /// <summary>Whether a read asks for more than the document.</summary>
    public static bool IsAsked(IQueryCollection query) =>
        query["revs"] == "true" || query.ContainsKey("open_revs") || AsksForFacts(query);

    /// <summary>Answers such a read.</summary>
    public async Task AnswerAsync(HttpContext context, IDoctypeGrain grain, string doctype, string id)
    {
        DocumentCalls.RequireId(id);
        var caller = context.Caller();
        var query = context.Request.Query;
        if (caller.DependsOnContent(Verbs.Get, doctype, id))
        {
            // Other revisions may have another content than the one that the caller may see.
            if (query.ContainsKey("open_revs") || query.ContainsKey("rev"))
                throw ApiException.Forbidden();
            await DocumentCalls.ReadAsync(grain, caller, Verbs.Get, doctype, id);
        }

        var database = DataRequest.Database(context);
        if (query["revs"] == "true" || query.ContainsKey("open_revs"))
            await protocol.ReadAsync(context, database, id);
        else
            await AnswerFactsAsync(context, database, doctype, id);
    }

    private static bool AsksForFacts(IQueryCollection query) =>
        query["conflicts"] == "true" || query["revs_info"] == "true" || query["deleted_conflicts"] == "true";

    private async Task AnswerFactsAsync(HttpContext context, DatabaseName database, string doctype, string id)
    {
        var query = context.Request.Query;
        var revision = DataRequest.Query(context, "rev");
        if (revision is not null)
            DocumentCalls.RequireRevision(revision);

        var document = await documents.GetAsync(database, id, new ReadOptions
        {
            Revision = revision is null ? null : Revision.Parse(revision),
            WithRevisionsInfo = query["revs_info"] == "true",
            WithConflicts = query["conflicts"] == "true",
            WithDeletedConflicts = query["deleted_conflicts"] == "true",
        });
        if (document is null or { Deleted: true })
            throw new ApiException(ApiError.Couch(404, "not_found", document is null ? "missing" : "deleted"));

        using var buffer = new PooledBuffer();
        DocumentCodec.Write(buffer, document, doctype);
        context.Response.ContentType = JsonAnswer.Json;
        context.Response.ContentLength = buffer.Length;
        await context.Response.BodyWriter.WriteAsync(buffer.Written, context.RequestAborted);
    }
}
