using Cozy.CouchDbServer.Documents;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Security;
using Cozy.CouchDbServer.Validation;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Cozy.CouchDbServer.Attachments;

/// <summary><c>/{db}/{id}/{name}</c>: one attachment of a document.</summary>
internal static class AttachmentEndpoints
{
    /// <summary>Serves an attachment by its name, which may contain slashes.</summary>
    public static Task RouteAsync(Exchange exchange, string id, string name) => exchange.Method switch
    {
        "GET" or "HEAD" => AttachmentDownload.AnswerAsync(exchange, id, name),
        "PUT" => PutAsync(exchange, id, name),
        "DELETE" => DeleteAsync(exchange, id, name),
        _ => throw CouchException.MethodNotAllowed("DELETE,GET,HEAD,PUT"),
    };

    private static async Task PutAsync(Exchange exchange, string id, string name)
    {
        if (name is ['_', ..])
            throw CouchException.BadRequest($"Attachment name '{name}' starts with prohibited character '_'");
        if (DocumentId.Check(id) is { } illegal)
            throw illegal;
        var given = GivenRevision(exchange);
        var document = await ReadAsync(exchange, id, given);
        var attachment = await AttachmentUpload.ReadAsync(exchange, name);
        var others = document is null ? [] : Keep(document, name);
        await WriteAsync(exchange, id, given, document, [attachment, .. others], StatusCodes.Status201Created, name);
    }

    private static async Task DeleteAsync(Exchange exchange, string id, string name)
    {
        var given = GivenRevision(exchange);
        var document = await ReadAsync(exchange, id, given) ?? throw CouchException.Missing();
        if (given is null)
            throw CouchException.Conflict();
        if (document.Attachments.All(a => a.Name != name))
            throw CouchException.NotFound("Document is missing attachment");
        await WriteAsync(exchange, id, given, document, Keep(document, name), StatusCodes.Status200OK, null);
    }

    private static Revision? GivenRevision(Exchange exchange) =>
        DocumentRequest.GivenRevision(exchange) is { } text ? Revision.Parse(text) : null;

    /// <summary>The revision whose members the new one takes over; null for a new document.</summary>
    private static async Task<StoredDocument?> ReadAsync(Exchange exchange, string id, Revision? given)
    {
        var current = await exchange.Store.GetAsync(exchange.Database, id, ReadOptions.Winner, exchange.Aborted);
        if (given is null)
            return current is { Deleted: false } && HttpMethods.IsPut(exchange.Method) ? throw CouchException.Conflict() : current;
        return current is null ? null
            : await exchange.Store.GetAsync(exchange.Database, id, new ReadOptions { Revision = given }, exchange.Aborted)
                ?? throw new CouchException(StatusCodes.Status409Conflict, "not_found", "missing_rev");
    }

    private static List<AttachmentEdit> Keep(StoredDocument document, string name) =>
        [.. document.Attachments.Where(a => a.Name != name).Select(a => new AttachmentEdit(a.Name))];

    private static async Task WriteAsync(
        Exchange exchange, string id, Revision? given, StoredDocument? document,
        IReadOnlyList<AttachmentEdit> attachments, int status, string? name)
    {
        PublicAccess.CheckWrite(exchange, id);

        // A tombstone is created again from nothing; whatever the document was meanwhile, the revision decides.
        var isNew = document is null || (document.Deleted && given is null);
        var edit = new DocumentEdit(id, given, false, isNew ? ReadOnlyMemory<byte>.Empty : document!.Members)
        {
            Attachments = isNew ? [.. attachments.Where(a => a.Data is not null)] : attachments,
        };
        await DocumentValidation.RequireAsync(
            exchange, new WriteRequest(id, given is { } parent ? [parent] : [], given?.ToString(), false, edit.Members) { Attachments = edit.Attachments },
            newEdits: true);
        var results = await exchange.Store.EditAsync(exchange.Database, [edit], exchange.Aborted);
        var revision = results[0].Revision ?? throw results[0].Failure!;
        exchange.Server.Signals.Raise(exchange.Database);
        if (name is not null)
        {
            exchange.Http.Response.Headers.Location =
                new StringValues(exchange.Address(exchange.Database.ToString(), id) + "/" + UrlText.Encode(name));
        }

        await exchange.AnswerAsync(status, json => DocumentWriteEndpoints.WriteResult(json, id, revision.ToString()));
    }
}
