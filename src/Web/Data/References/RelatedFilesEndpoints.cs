using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Files;
using Cozy.Web.Http;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Data.References;

/// <summary>
/// The files that belong to a document (an album's photos), and the folders that a client leaves out:
/// <c>/data/:doctype/:id/relationships/…</c>. Both are kept in the documents of the files.
/// </summary>
internal sealed class RelatedFilesEndpoints(FileTrees trees, FileAnswers answers, IOptions<WebOptions> options)
{
    private const int IdSegment = 2;
    private const int MaxFound = 500;

    private readonly WebOptions _options = options.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder doctype)
    {
        Map(doctype, "/{id}/relationships/references", ReferenceKind.ReferencedBy);
        Map(doctype, "/{id}/relationships/not_synchronizing", ReferenceKind.NotSynchronizedOn);
    }

    private void Map(IEndpointRouteBuilder doctype, string path, ReferenceKind kind)
    {
        doctype.MapGet(path, (RequestDelegate)(context => ListAsync(context, kind))).RequiresToken();
        doctype.MapPost(path, (RequestDelegate)(context => ChangeAsync(context, kind, remove: false))).RequiresToken();
        doctype.MapDelete(path, (RequestDelegate)(context => ChangeAsync(context, kind, remove: true))).RequiresToken();
    }

    private async Task ListAsync(HttpContext context, ReferenceKind kind)
    {
        var document = Document(context);
        Require(context.Caller(), Verbs.Get, document, onFiles: Verbs.Get);
        var request = RelatedFilesRequest.From(context.Request.Query);
        var page = await request.ReadAsync(trees.Of(context), kind, document);
        var withFiles = context.Request.Query["include"] == "files";
        var shown = answers.Shown(context);

        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, (page, withFiles, shown, context.Request.Path), static (json, state) =>
        {
            var (page, withFiles, shown, path) = state;
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var entry in page.Entries)
                FileResource.WriteIdentifier(json, entry.Id);
            json.WriteEndArray();
            json.WriteStartObject("links");
            if (page.NextQuery is { } next)
                json.WriteString("next", path + next);
            json.WriteEndObject();
            json.WriteStartObject("meta");
            json.WriteNumber("count", page.Count);
            json.WriteEndObject();
            if (withFiles)
            {
                json.WriteStartArray("included");
                foreach (var entry in page.Entries)
                    FileResource.Write(json, entry, shown);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }

    private async Task ChangeAsync(HttpContext context, ReferenceKind kind, bool remove)
    {
        var document = Document(context);
        Require(context.Caller(), remove ? Verbs.Delete : Verbs.Put, document, onFiles: Verbs.Patch);
        var ids = FileBody.References(await FileBody.ReadDataAsync(context, _options)).Select(file => file.Id).Distinct().ToArray();
        var tree = trees.Of(context);

        // All or nothing, as far as can be known before.
        if (!await AreThereAsync(tree, ids, kind))
        {
            await JsonAnswer.WriteAsync(context.Response, 404, JsonAnswer.Json, 0, static (json, _) =>
            {
                json.WriteStartObject();
                json.WriteString("error", "Not Found(404): file does not exist");
                json.WriteEndObject();
            });
            return;
        }

        var author = FileAuthors.From(context, _options);
        foreach (var id in ids)
            await tree.ChangeReferencesAsync(new ReferenceChange(id, kind, Spellings(document, remove), remove, author));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<bool> AreThereAsync(IFileTreeGrain tree, string[] ids, ReferenceKind kind)
    {
        foreach (var part in ids.Chunk(MaxFound))
        {
            foreach (var entry in await tree.FindManyAsync(part))
            {
                if (entry is null)
                    return false;
                if (kind == ReferenceKind.NotSynchronizedOn && !entry.IsDirectory)
                    throw ApiException.BadRequest("Only directories can be left out of a synchronization");
            }
        }

        return true;
    }

    /// <summary>References of old may have the slash of the id encoded: both are taken away.</summary>
    private static FileReference[] Spellings(FileReference document, bool remove) =>
        remove && RelatedFilesRequest.Encoded(document) is { } encoded ? [document, encoded] : [document];

    private static FileReference Document(HttpContext context)
    {
        var doctype = DataRequest.Doctype(context);
        return Doctypes.IsValid(doctype)
            ? new FileReference(doctype, RawTarget.Segment(context, IdSegment))
            : throw ApiException.Forbidden($"{doctype} is not a valid doctype name");
    }

    // Whoever may do this with the document, or with all files.
    private static void Require(Caller caller, Verbs verb, FileReference document, Verbs onFiles)
    {
        if (!caller.Permissions.AllowsId(verb, document.Type, document.Id)
            && !caller.Permissions.AllowsAll(onFiles, WellKnownFiles.Doctype))
        {
            throw ApiException.Forbidden();
        }
    }
}
