using Cozy.CouchDbServer.Attachments;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Security;
using Cozy.CouchDbServer.Validation;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Documents;

/// <summary>Writes of one document.</summary>
internal static class DocumentWriteEndpoints
{
    /// <summary><c>PUT /{db}/{id}</c>.</summary>
    public static async Task PutAsync(Exchange exchange, string id)
    {
        var given = DocumentRequest.GivenRevision(exchange);
        var (body, parts) = MultipartDocument.Is(exchange.Http.Request)
            ? await MultipartDocument.ReadAsync(exchange)
            : (await exchange.ReadBodyAsync(), []);
        var write = Parse(exchange, body, id, given).Fill(parts, exchange.Protocol.Limits);
        DesignDocuments.Check(write, exchange.Protocol);
        var revision = await WriteAsync(exchange, write, newEdits: !exchange.Query.IsFalse("new_edits"));
        exchange.Http.Response.Headers.Location = exchange.Address(exchange.Database.ToString(), write.Id);
        await AnswerAsync(exchange, write.Id, revision, write.Deleted ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    /// <summary><c>POST /{db}</c>: the document says its id, or gets one.</summary>
    public static async Task PostAsync(Exchange exchange)
    {
        var body = await exchange.ReadJsonBodyAsync();
        var write = WriteRequest.Parse(body.Span, null, null, exchange.Protocol.Limits).Fill([], exchange.Protocol.Limits);
        DesignDocuments.Check(write, exchange.Protocol);
        // new_edits counts for PUT alone.
        var revision = await WriteAsync(exchange, write, newEdits: true);
        exchange.Http.Response.Headers.Location = exchange.Address(exchange.Database.ToString(), write.Id);
        await AnswerAsync(exchange, write.Id, revision, StatusCodes.Status201Created, etag: false);
    }

    /// <summary><c>DELETE /{db}/{id}</c>.</summary>
    public static async Task DeleteAsync(Exchange exchange, string id)
    {
        if (!id.StartsWith(DocumentId.LocalPrefix, StringComparison.Ordinal))
            await DocumentRequest.RequireAsync(exchange, id, ReadOptions.Winner);
        else if (await exchange.Store.GetLocalAsync(exchange.Database, id[DocumentId.LocalPrefix.Length..], exchange.Aborted) is null)
            throw CouchException.Missing();

        var given = DocumentRequest.GivenRevision(exchange);
        IReadOnlyList<Revision> path = given is null ? [] : [Revision.Parse(given)];
        var revision = await WriteAsync(
            exchange, new WriteRequest(id, path, given, Deleted: true, ReadOnlyMemory<byte>.Empty), newEdits: true);
        await AnswerAsync(exchange, id, revision, StatusCodes.Status200OK);
    }

    /// <summary><c>COPY /{db}/{id}</c>: the content of one document becomes that of another.</summary>
    public static async Task CopyAsync(Exchange exchange, string id)
    {
        if (!exchange.Http.Request.Headers.TryGetValue("Destination", out var destination))
            throw CouchException.BadRequest("Destination header is mandatory for COPY.");

        var (target, targetRevision) = ParseDestination(destination.ToString());
        if (DocumentId.Check(target) is { } illegal)
            throw illegal;

        var (members, attachments) = await ReadSourceAsync(exchange, id);
        IReadOnlyList<Revision> path = targetRevision is null ? [] : [Revision.Parse(targetRevision)];
        var write = new WriteRequest(target, path, targetRevision, Deleted: false, members) { Attachments = attachments };
        var revision = await WriteAsync(exchange, write, newEdits: true);
        exchange.Http.Response.Headers.Location = exchange.Address(exchange.Database.ToString(), target);
        await AnswerAsync(exchange, target, revision, StatusCodes.Status201Created);
    }

    private static WriteRequest Parse(Exchange exchange, ReadOnlyMemory<byte> body, string id, string? given)
    {
        var fromQuery = exchange.Query["rev"];
        var write = WriteRequest.Parse(body.Span, id, fromQuery, exchange.Protocol.Limits);
        DocumentRequest.CheckBodyRevision(exchange, write.Revision);
        return write.Revision is null && given is not null
            ? write with { Revision = given, Path = write.Path.Count > 0 ? write.Path : [Revision.Parse(given)] }
            : write;
    }

    private static async Task<(ReadOnlyMemory<byte> Members, IReadOnlyList<AttachmentEdit> Attachments)> ReadSourceAsync(
        Exchange exchange, string id)
    {
        if (id.StartsWith(DocumentId.LocalPrefix, StringComparison.Ordinal))
        {
            var local = await exchange.Store.GetLocalAsync(
                exchange.Database, id[DocumentId.LocalPrefix.Length..], exchange.Aborted);
            return (local?.Members ?? throw CouchException.Missing(), []);
        }

        var revision = exchange.Query["rev"] is { } text ? Revision.Parse(text) : (Revision?)null;
        var source = await DocumentRequest.RequireAsync(exchange, id, new ReadOptions { Revision = revision });
        var attachments = new List<AttachmentEdit>();
        foreach (var attachment in source.Attachments)
            attachments.Add(await AttachmentUpload.CopyAsync(exchange, source, attachment));
        return (source.Members, attachments);
    }

    private static (string Id, string? Revision) ParseDestination(string destination)
    {
        var mark = destination.IndexOf('?', StringComparison.Ordinal);
        var id = UrlText.Decode(mark < 0 ? destination : destination.AsSpan(0, mark))
            ?? throw CouchException.BadRequest("Destination is not valid UTF-8.");
        return (id, mark < 0 ? null : QueryOptions.Parse(destination[(mark + 1)..])["rev"]);
    }

    private static async Task<string> WriteAsync(Exchange exchange, WriteRequest write, bool newEdits)
    {
        PublicAccess.CheckWrite(exchange, write.Id);
        if (write.IsLocal)
            return await LocalDocumentEndpoints.WriteAsync(exchange, write, newEdits);

        await DocumentValidation.RequireAsync(exchange, write, newEdits);
        string revision;
        if (newEdits)
        {
            var results = await exchange.Store.EditAsync(exchange.Database, [write.ToEdit()], exchange.Aborted);
            revision = results[0].Revision?.ToString() ?? throw results[0].Failure!;
        }
        else
        {
            var edit = write.ToReplicatedEdit();
            var failures = await exchange.Store.ReplicateAsync(exchange.Database, [edit], exchange.Aborted);
            revision = failures.Count == 0 ? edit.Path[0].ToString() : throw failures[0].Failure!;
        }

        DocumentValidation.Forget(exchange, [write.Id]);
        exchange.Protocol.Signals.Raise(exchange.Database);
        return revision;
    }

    private static Task AnswerAsync(Exchange exchange, string id, string revision, int status, bool etag = true)
    {
        // batch=ok asks for an answer before the write is durable: it gets the shorter answer, after.
        if (exchange.Query["batch"] == "ok")
        {
            return exchange.AnswerAsync(
                StatusCodes.Status202Accepted, json => json.Raw("{\"ok\":true,\"id\":"u8).String(id).Raw("}"u8));
        }

        if (etag)
            exchange.Http.Response.Headers.ETag = $"\"{revision}\"";
        return exchange.AnswerAsync(status, json => WriteResult(json, id, revision));
    }

    public static void WriteResult(JsonOutput json, string id, string revision) =>
        json.Raw("{\"ok\":true,\"id\":"u8).String(id).Raw(",\"rev\":"u8).String(revision).Raw("}"u8);
}
