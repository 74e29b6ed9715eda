using Cozy.CouchDbServer.Changes;
using Cozy.CouchDbServer.Databases;
using Cozy.CouchDbServer.Documents;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Listing;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Cozy.CouchDbServer;

/// <summary>
/// CouchDB's protocol for the documents of one database, for a host that finds the database and decides who may ask.
/// What a request gets wrong is answered as CouchDB does; a store that cannot be reached, is full or damaged is the
/// host's to tell (<see cref="DocumentStoreException"/>).
/// </summary>
/// <param name="documents">Where the documents are.</param>
/// <param name="signals">Wakes feeds.</param>
/// <param name="limits">The largest things a request may bring; the largest request is a batch of documents.</param>
/// <param name="time">Tells the time.</param>
public sealed class CouchProtocol(
    IDocumentAccess documents, IChangeSignals signals, ProtocolLimits limits, TimeProvider time)
{
    private readonly ProtocolContext _context = new(limits, documents, signals, time) { FeedsTellNulls = true };

    /// <summary><c>_all_docs</c>.</summary>
    public Task AllDocumentsAsync(HttpContext http, DatabaseName database) =>
        ServeAsync(http, database, ListingEndpoints.AllDocuments.InvokeAsync);

    /// <summary><c>_design_docs</c>.</summary>
    public Task DesignDocumentsAsync(HttpContext http, DatabaseName database) =>
        ServeAsync(http, database, ListingEndpoints.DesignDocuments.InvokeAsync);

    /// <summary><c>_changes</c>, in all feeds.</summary>
    /// <param name="http">The request.</param>
    /// <param name="database">The database.</param>
    /// <param name="end">Ends a feed that waits.</param>
    public Task ChangesAsync(HttpContext http, DatabaseName database, CancellationToken end) =>
        ServeAsync(http, database, ChangesEndpoints.Route.InvokeAsync, withStatus: true, end: end);

    /// <summary><c>_bulk_docs</c>.</summary>
    public Task BulkDocumentsAsync(HttpContext http, DatabaseName database) =>
        ServeAsync(http, database, BulkDocsEndpoint.Route.InvokeAsync, limits.MaxRequestBytes);

    /// <summary><c>_bulk_get</c>.</summary>
    public Task BulkGetAsync(HttpContext http, DatabaseName database) => ServeAsync(http, database, async exchange =>
    {
        // The answer begins before the first document is read.
        if (await documents.GetInfoAsync(database, exchange.Aborted) is null)
            throw CouchException.DatabaseMissing();
        await BulkGetEndpoint.Route.InvokeAsync(exchange);
    });

    /// <summary><c>_revs_diff</c>.</summary>
    public Task RevisionsDiffAsync(HttpContext http, DatabaseName database) =>
        ServeAsync(http, database, RevisionsDiffEndpoints.Diff.InvokeAsync);

    /// <summary><c>_ensure_full_commit</c>.</summary>
    public Task EnsureFullCommitAsync(HttpContext http, DatabaseName database) =>
        ServeAsync(http, database, MaintenanceEndpoints.EnsureFullCommit.InvokeAsync);

    /// <summary>Reads a document, or several of its revisions, as the query asks.</summary>
    public Task ReadAsync(HttpContext http, DatabaseName database, string id) =>
        ServeAsync(http, database, exchange => DocumentReadEndpoints.GetAsync(exchange, id));

    /// <summary>Deletes a document.</summary>
    public Task DeleteAsync(HttpContext http, DatabaseName database, string id) =>
        ServeAsync(http, database, exchange => DocumentWriteEndpoints.DeleteAsync(exchange, id));

    /// <summary>Reads a local document.</summary>
    public Task ReadLocalAsync(HttpContext http, DatabaseName database, string id) =>
        ServeAsync(http, database, exchange => LocalDocumentEndpoints.GetAsync(exchange, id));

    /// <summary>Writes a local document.</summary>
    public Task WriteLocalAsync(HttpContext http, DatabaseName database, string id) =>
        ServeAsync(http, database, exchange => DocumentWriteEndpoints.PutAsync(exchange, DocumentId.LocalPrefix + id));

    private async Task ServeAsync(
        HttpContext http, DatabaseName database, Handler handler, int? maxBody = null, bool withStatus = false,
        CancellationToken end = default)
    {
        try
        {
            var target = RequestTarget.Parse(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            http.Response.Headers.CacheControl = "must-revalidate";
            await handler(new Exchange(http, _context, target)
            {
                Database = database,
                MaxBodyBytes = maxBody ?? limits.MaxDocumentBytes,
                FeedsEnd = end,
            });
        }
        catch (CouchException failure)
        {
            await FailAsync(http, failure, withStatus);
        }
        catch (DocumentStoreException failure) when (
            failure.Kind is not (StoreError.Unavailable or StoreError.Full or StoreError.Corrupt))
        {
            await FailAsync(http, CouchException.From(failure), withStatus);
        }
    }

    private async Task FailAsync(HttpContext http, CouchException failure, bool withStatus)
    {
        if (http.Response.HasStarted || http.Response.BodyWriter is { CanGetUnflushedBytes: true, UnflushedBytes: > 0 })
        {
            // Part of an answer is out: cutting the connection is the only way left to say that it is not whole.
            http.Abort();
            return;
        }

        http.Response.Headers.ETag = default;
        http.Response.Headers.Location = default;
        http.Response.ContentType = null;
        var exchange = new Exchange(http, _context, null!);
        await exchange.AnswerAsync(failure.Status, json =>
        {
            if (withStatus)
                json.Raw("{\"ok\":false,\"status\":\""u8).Number(failure.Status).Raw("\",\"error\":"u8).String(failure.Error)
                    .Raw(",\"reason\":"u8).String(failure.Reason).Raw("}"u8);
            else
                json.Error(failure.Error, failure.Reason);
        });
    }
}
