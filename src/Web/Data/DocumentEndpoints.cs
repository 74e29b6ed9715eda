using System.Globalization;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Permissions;
using Cozy.Storage.Documents;
using Cozy.Web.Access;
using Cozy.Web.Accounts;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Data;

/// <summary>Documents, one at a time: <c>/data/:doctype/:id</c>.</summary>
internal sealed class DocumentEndpoints(
    DoctypeGrains grains, RevisionReader revisions, AccountDocuments accounts, IOptions<WebOptions> options)
{
    private const int DocumentSegment = 2;

    private readonly WebOptions _options = options.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder doctype)
    {
        doctype.MapPost("/", (RequestDelegate)CreateAsync).Requires(Verbs.Post, Target.Document);
        doctype.MapGet("/{id}", (RequestDelegate)ReadAsync).Requires(Verbs.Get, Target.Document);
        doctype.MapPut("/{id}", (RequestDelegate)PutAsync).Requires(Verbs.Put, Target.Document);
        doctype.MapDelete("/{id}", (RequestDelegate)DeleteAsync).Requires(Verbs.Delete, Target.Document);
    }

    private async Task ReadAsync(HttpContext context)
    {
        var (grain, doctype) = Doctype(context);
        var id = RawTarget.Segment(context, DocumentSegment);
        if (context.Request.QueryString.HasValue && RevisionReader.IsAsked(context.Request.Query))
        {
            await revisions.AnswerAsync(context, grain, doctype, id);
            return;
        }

        var rev = DataRequest.Query(context, "rev");
        var isAccount = doctype == AccountDocuments.Doctype;
        var document = (isAccount && rev is not null ? await accounts.FindDeletedAsync(context, id, rev) : null)
            ?? await DocumentCalls.ReadAsync(grain, context.Caller(), Verbs.Get, doctype, id, rev);
        await DocumentWriter.WriteAsync(context.Response, isAccount ? accounts.Show(context, document) : document, doctype);
    }

    private async Task CreateAsync(HttpContext context)
    {
        DataRequest.RequireSlash(context);
        var (grain, doctype) = Doctype(context);
        var parsed = await ParseAsync(context, ParseOptions.Default);
        if (!string.IsNullOrEmpty(parsed.Id))
            throw new ApiException(ApiError.Couch(400, "defined_id", "document _id should be empty"));
        if (parsed.Deleted)
            throw ApiException.BadRequest("a new document cannot be deleted");

        context.Caller().Require(Verbs.Post, doctype, null, parsed.Members);

        // The id is chosen before the first attempt, so that a second one cannot make a second document.
        var id = Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);
        var members = doctype == AccountDocuments.Doctype ? await accounts.CreateAsync(context, parsed.Members) : parsed.Members;
        var revision = await DocumentCalls.EditAsync(grain, new Edit(id, null, false, members));
        await DocumentWriter.WriteOutcomeAsync(
            context.Response, StatusCodes.Status201Created, new Document(id, revision, false, members), doctype);
    }

    private async Task PutAsync(HttpContext context)
    {
        var (grain, doctype) = Doctype(context);
        var id = RawTarget.Segment(context, DocumentSegment);
        DocumentCalls.RequireId(id);
        DocumentCalls.RequireLength(id, _options.MaxDocumentIdBytes);
        GuardedDocuments.Require(context.Caller(), doctype, id);
        var parsed = await ParseAsync(context, ParseOptions.IgnoringType);
        if (string.IsNullOrEmpty(parsed.Id) != string.IsNullOrEmpty(parsed.Revision))
        {
            throw ApiException.BadRequest(
                "You must either provide an _id and _rev in document (update) or neither (create with fixed id).");
        }

        var parent = string.IsNullOrEmpty(parsed.Revision) ? null : parsed.Revision;
        if (parent is null)
            context.Caller().Require(Verbs.Post, doctype, id, parsed.Members);
        else if (parsed.Id != id)
            throw ApiException.BadRequest("document _id doesnt match url");
        else
            await RequireUpdateAsync(context, grain, doctype, parsed);

        var isAccount = doctype == AccountDocuments.Doctype;
        var members = isAccount ? await accounts.ChangeAsync(context, parsed.Members) : parsed.Members;
        var revision = await DocumentCalls.EditAsync(grain, new Edit(id, parent, parsed.Deleted, members));
        var written = new Document(id, revision, parsed.Deleted, members);
        await DocumentWriter.WriteOutcomeAsync(
            context.Response, StatusCodes.Status200OK, isAccount ? accounts.Show(context, written, isAnswer: true) : written, doctype);
    }

    // The document as it is and as it will be must both be the caller's to change.
    private async Task RequireUpdateAsync(HttpContext context, IDoctypeGrain grain, string doctype, ParsedDocument update)
    {
        var caller = context.Caller();
        DocumentCalls.RequireRevision(update.Revision!);
        var current = await DocumentCalls.ReadAsync(grain, caller, Verbs.Put, doctype, update.Id!);
        if (update.Deleted)
        {
            caller.Require(Verbs.Delete, doctype, current.Id, current.Members);
            if (doctype == AccountDocuments.Doctype && current.Revision == update.Revision)
                await accounts.KeepForConnectorAsync(context.Instance().Id, current);
        }
        else
        {
            caller.Require(Verbs.Put, doctype, current.Id, update.Members);
        }
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var (grain, doctype) = Doctype(context);
        var id = RawTarget.Segment(context, DocumentSegment);
        DocumentCalls.RequireId(id);
        GuardedDocuments.Require(context.Caller(), doctype, id);
        var revision = RevisionToDelete(context);
        var current = await DocumentCalls.ReadAsync(grain, context.Caller(), Verbs.Delete, doctype, id);
        if (doctype == AccountDocuments.Doctype && current.Revision == revision)
            await accounts.KeepForConnectorAsync(context.Instance().Id, current);
        var tombstone = await DocumentCalls.EditAsync(grain, new Edit(id, revision, true, default));
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.Json, (id, tombstone, doctype), static (json, deleted) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", true);
            json.WriteString("id", deleted.id);
            json.WriteString("rev", deleted.tombstone);
            json.WriteString("type", deleted.doctype);
            json.WriteBoolean("deleted", true);
            json.WriteEndObject();
        });
    }

    // What is kept may be longer than what was sent, because numbers have one spelling.
    private async Task<ParsedDocument> ParseAsync(HttpContext context, ParseOptions how)
    {
        var parsed = DocumentCodec.Parse(await JsonBody.ReadAsync(context, _options), how);
        return parsed.Members.Length <= _options.MaxJsonBytes
            ? parsed
            : throw new ApiException(ApiError.Couch(413, "document_too_large", parsed.Id ?? ""));
    }

    private static string RevisionToDelete(HttpContext context)
    {
        var header = context.Request.Headers.IfMatch.ToString().Trim('"');
        var query = DataRequest.Query(context, "rev") ?? "";
        if (header.Length > 0 && query.Length > 0 && header != query)
            throw ApiException.BadRequest("If-Match Header and rev query parameters mismatch");

        var revision = header.Length > 0 ? header : query;
        if (revision.Length == 0)
            throw ApiException.BadRequest("delete without revision");
        DocumentCalls.RequireRevision(revision);
        return revision;
    }

    private (IDoctypeGrain Grain, string Doctype) Doctype(HttpContext context)
    {
        var doctype = DataRequest.Doctype(context);
        return (grains.Get(context.Instance().Id, doctype), doctype);
    }
}
