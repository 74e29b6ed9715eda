using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files;

/// <summary>The files that belong to a document, such as the photos of an album, and the folders a client leaves out.</summary>
internal sealed class ReferencedEndpoints(FileTrees trees, FileAnswers answers, IOptions<WebOptions> options)
{
    private const int DocumentSegment = 2;

    private readonly WebOptions _options = options.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var document = routes.MapGroup("/data/{doctype}/{id}/relationships");
        Map(document, "/references", ReferenceKind.ReferencedBy);
        Map(document, "/not_synchronizing", ReferenceKind.NotSynchronizedOn);
    }

    private void Map(IEndpointRouteBuilder document, string path, ReferenceKind kind)
    {
        document.MapGet(path, (RequestDelegate)(context => ListAsync(context, kind))).RequiresToken();
        document.MapPost(path, (RequestDelegate)(context => ChangeAsync(context, kind, remove: false))).RequiresToken();
        document.MapDelete(path, (RequestDelegate)(context => ChangeAsync(context, kind, remove: true))).RequiresToken();
    }

    private static FileReference Reference(HttpContext context, ReferenceKind kind)
    {
        var doctype = (string)context.GetRouteValue("doctype")!;
        if (kind == ReferenceKind.NotSynchronizedOn && doctype != "io.cozy.oauth.clients")
            throw ApiException.NoRoute();
        return new FileReference(doctype, RawTarget.Segment(context, DocumentSegment));
    }

    /// <summary>Who may see the document, or all files, may see which files belong to it; the files as far as they may.</summary>
    private async Task ListAsync(HttpContext context, ReferenceKind kind)
    {
        var reference = Reference(context, kind);
        var caller = context.Caller();
        if (!caller.Allows(Verbs.Get, reference.Type, reference.Id, null))
            FileAccess.RequireAll(caller, Verbs.Get);

        var parameters = context.Request.Query;
        var page = ReferencedPageRequest.From(parameters);
        var withFiles = parameters["include"].ToString().Contains("files", StringComparison.Ordinal);
        var found = await page.ReadAsync(trees.Of(context), kind, reference, withFiles);
        var included = new List<FileEntry>();
        foreach (var entry in withFiles ? found.Entries : [])
        {
            if (await FileAccess.IsAllowedAsync(caller, Verbs.Get, trees.Of(context), entry))
                included.Add(entry);
        }

        var next = found.Next is { } position ? context.Request.Path + page.NextQuery(reference, position, found.Entries.Count) : null;
        await JsonAnswer.WriteAsync(
            context.Response, StatusCodes.Status200OK, JsonAnswer.JsonApi,
            (found, included, withFiles, next, Shown: answers.Shown(context)), static (json, state) =>
            {
                json.WriteStartObject();
                json.WriteStartArray("data");
                foreach (var entry in state.found.Entries)
                    FileResource.WriteIdentifier(json, entry.Id);
                json.WriteEndArray();
                json.WriteStartObject("links");
                if (state.next is not null)
                    json.WriteString("next", state.next);
                json.WriteEndObject();
                json.WriteStartObject("meta");
                json.WriteNumber("count", state.found.TotalCount);
                json.WriteEndObject();
                if (state.withFiles)
                    WriteIncluded(json, state.included, state.Shown);
                json.WriteEndObject();
            });
    }

    private static void WriteIncluded(Utf8JsonWriter json, List<FileEntry> included, FileShown shown)
    {
        json.WriteStartArray("included");
        foreach (var entry in included)
            FileResource.Write(json, entry, shown);
        json.WriteEndArray();
    }

    /// <summary>
    /// Adds files to the document, or takes them from it. That changes the files, and may show them to who sees the document:
    /// the caller must be allowed to change each of them.
    /// </summary>
    private async Task ChangeAsync(HttpContext context, ReferenceKind kind, bool remove)
    {
        var reference = Reference(context, kind);
        var tree = trees.Of(context);
        var data = FileBody.References(await FileBody.ReadDataAsync(context, _options));
        var entries = new List<FileEntry>();
        foreach (var item in data)
        {
            var entry = await trees.GetAsync(context, item.Id);
            await FileAccess.RequireAsync(context.Caller(), Verbs.Patch, tree, entry);
            if (kind == ReferenceKind.NotSynchronizedOn && !entry.IsDirectory)
                throw FileTrees.NotFound();
            entries.Add(entry);
        }

        var author = FileAuthors.From(context, _options);
        foreach (var entry in entries)
            await tree.ChangeReferencesAsync(new ReferenceChange(entry.Id, kind, [reference], remove, author));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
