using Cozy.CouchDbServer.Attachments;
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
        var attachments = AttachmentOptions.Parse(exchange.Query);
        var options = DocumentRequest.ReadOptions(exchange.Query);
        var document = await DocumentRequest.RequireAsync(
            exchange, id, options with { WithRevisions = options.WithRevisions || attachments.Since is not null });

        // Which bytes are wanted depends on the history, shown or not.
        attachments = attachments.For(document);
        if (!options.WithRevisions && document.Details is { Revisions: not null } details)
            document = document with { Details = details with { Revisions = null } };
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

        if (document.Attachments.Count == 0 || attachments == AttachmentOptions.Stubs)
            await exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Document(document));
        else
            await AnswerWithAttachmentsAsync(exchange, document, attachments);
    }

    /// <summary>What is attached may be large: it is sent as it is read.</summary>
    private static async Task AnswerWithAttachmentsAsync(
        Exchange exchange, StoredDocument document, AttachmentOptions attachments)
    {
        if (attachments.WithData && !AcceptsJson(exchange.Http.Request))
        {
            var boundary = MultipartOutput.NewBoundary();
            var output = exchange.StartStream(MultipartOutput.ContentType(boundary));
            await MultipartOutput.WriteAsync(exchange, output, document, attachments, boundary);
            return;
        }

        var json = exchange.StartStream();
        await AttachmentOutput.WriteDocumentAsync(exchange, json, document, attachments);
        json.Raw("\n"u8);
        await exchange.FlushAsync();
    }

    private static bool AcceptsJson(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Length == 0
            || accept.Contains("application/json", StringComparison.OrdinalIgnoreCase)
            || accept.Contains("*/*", StringComparison.Ordinal);
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
