using Cozy.CouchDbServer.Attachments;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Documents;

/// <summary>Finds what serves a path below a database that is a document or a part of one.</summary>
internal static class DocumentRouter
{
    private const string Allow = "DELETE,GET,HEAD,POST,PUT,COPY";

    public static Task RouteAsync(Exchange exchange)
    {
        var segments = exchange.Target.Segments;
        switch (segments[1])
        {
            case "_design" when segments.Count == 3:
                return DocumentAsync(exchange, Id(DocumentId.DesignPrefix, segments[2]));
            case "_design" when segments.Count > 3:
                return PartAsync(exchange, Id(DocumentId.DesignPrefix, segments[2]), 3);
            case "_local":
                return LocalAsync(exchange, segments.Count > 2 ? segments[2] : "", segments.Count > 3);
            case ['_', 'l', 'o', 'c', 'a', 'l', '/', .. var rest]:
                return LocalAsync(exchange, rest, segments.Count > 2);
            case { } id when segments.Count == 2:
                return DocumentAsync(exchange, id);
            case { } id:
                return PartAsync(exchange, id, 2);
            default:
                return NotUtf8(exchange);
        }
    }

    private static Task DocumentAsync(Exchange exchange, string? id)
    {
        if (id is null)
            return NotUtf8(exchange);

        var isEncodedDesign = exchange.Target.Segments.Count == 2
            && id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal);
        switch (exchange.Method)
        {
            case "GET" or "HEAD" when isEncodedDesign:
                var name = id[DocumentId.DesignPrefix.Length..];
                exchange.Http.Response.StatusCode = StatusCodes.Status301MovedPermanently;
                exchange.Http.Response.Headers.Location =
                    exchange.Address(exchange.Database.ToString(), "_design") + "/" + UrlText.Encode(name);
                return Task.CompletedTask;
            case "GET" or "HEAD":
                return DocumentReadEndpoints.GetAsync(exchange, id);
            case "PUT":
                return DocumentWriteEndpoints.PutAsync(exchange, id);
            case "DELETE":
                return DocumentWriteEndpoints.DeleteAsync(exchange, id);
            case "COPY":
                return DocumentWriteEndpoints.CopyAsync(exchange, id);
            case "POST":
                throw CouchException.BadRequest("Referer header required.");
            default:
                throw CouchException.MethodNotAllowed(Allow);
        }
    }

    private static Task LocalAsync(Exchange exchange, string? id, bool hasMore)
    {
        if (hasMore)
            throw CouchException.BadRequest("_local documents do not accept attachments.");
        if (string.IsNullOrEmpty(id))
            throw CouchException.BadRequest("Invalid _local document id.");
        return exchange.Method is "GET" or "HEAD"
            ? LocalDocumentEndpoints.GetAsync(exchange, id)
            : DocumentAsync(exchange, DocumentId.LocalPrefix + id);
    }

    /// <summary>An attachment, or a function of a design document.</summary>
    private static async Task PartAsync(Exchange exchange, string? id, int first)
    {
        if (id is null || exchange.Target.Rest(first) is not { } name)
            throw CouchException.Missing();
        if (id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal) && exchange.Target.Segments[first] is ['_', ..]
            && await DesignFunctions.TryAnswerAsync(exchange, id, first))
        {
            return;
        }

        await AttachmentEndpoints.RouteAsync(exchange, id, name);
    }

    private static string? Id(string prefix, string? rest) => rest is null ? null : prefix + rest;

    /// <summary>There is no such document, and there cannot be one.</summary>
    private static Task NotUtf8(Exchange exchange) =>
        exchange.Method is "PUT"
            ? throw DocumentStoreException.Invalid("illegal_docid", "Document id must be valid UTF-8")
            : throw CouchException.Missing();
}
