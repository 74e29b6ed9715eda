using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Files;

/// <summary>Contents of files: by id, path, version, and by a secret that needs no token.</summary>
internal sealed class FileContentEndpoints(
    FileTrees trees, FileAnswers answers, FileLinks links, DownloadHandler downloads, FilePages pages)
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] Framed = ["text/", "image/", "audio/", "video/"];

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/files");
        files.MapMethods("/download", Reading, (RequestDelegate)DownloadByPathAsync).Requires(Verbs.Get, Target.File);
        files.MapMethods("/download/{fileId}", Reading, (RequestDelegate)DownloadAsync).Requires(Verbs.Get, Target.File);
        files.MapMethods("/download/{fileId}/{versionId}", Reading, (RequestDelegate)DownloadVersionAsync)
            .Requires(Verbs.Get, Target.File);
        files.MapPost("/downloads", (RequestDelegate)MakeLinkAsync).Requires(Verbs.Get, Target.File);
        files.MapMethods("/downloads/{secret}/{name}", Reading, (RequestDelegate)DownloadByLinkAsync)
            .Public("the secret in the address is signed, for one file, and works for ten minutes");
    }

    private static string FileId(HttpContext context) => (string)context.GetRouteValue("fileId")!;

    private async Task DownloadAsync(HttpContext context) =>
        await SendAsync(context, await trees.GetAsync(context, FileId(context)));

    private async Task DownloadByPathAsync(HttpContext context) =>
        await SendAsync(context, await trees.GetByPathAsync(context));

    private async Task SendAsync(HttpContext context, FileEntry entry)
    {
        await FileAccess.RequireAsync(context.Caller(), Verbs.Get, trees.Of(context), entry);
        if (FilePages.Wanted(context.Request) is { } page)
            await pages.SendAsync(context, entry, version: null, page);
        else
            await downloads.SendAsync(context, entry);
    }

    private async Task DownloadVersionAsync(HttpContext context)
    {
        var entry = await trees.GetAsync(context, FileId(context));
        await FileAccess.RequireAsync(context.Caller(), Verbs.Get, trees.Of(context), entry);
        var version = await RequireVersionAsync(context, entry, (string)context.GetRouteValue("versionId")!);
        if (FilePages.Wanted(context.Request) is { } page)
            await pages.SendAsync(context, entry, version, page);
        else
            await downloads.SendAsync(context, entry, version);
    }

    private async Task<FileVersion> RequireVersionAsync(HttpContext context, FileEntry entry, string versionId) =>
        await trees.Of(context).FindVersionAsync(entry.Id, versionId) ?? throw VersionEndpoints.NotFound();

    /// <summary>Answers with the file and an address under which it can be had without a token for ten minutes.</summary>
    private async Task MakeLinkAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var version = query["VersionId"].ToString().Split('/', 2);
        var entry = (query["Path"].ToString(), query["Id"].ToString(), version) switch
        {
            ({ Length: > 0 }, _, _) => await trees.GetByPathAsync(context),
            (_, { Length: > 0 } id, _) => await trees.GetAsync(context, id),
            (_, _, [{ Length: > 0 } id, _]) => await trees.GetAsync(context, id),
            _ => throw ApiException.BadRequest("One of Path, Id and VersionId is needed"),
        };
        await FileAccess.RequireAsync(context.Caller(), Verbs.Get, trees.Of(context), entry);
        if (entry.IsDirectory)
            throw FileTrees.NotFound();

        var versionId = query["Path"].Count == 0 && query["Id"].Count == 0 ? version[1] : null;
        if (versionId is not null)
            await RequireVersionAsync(context, entry, versionId);

        // A name that is given comes as it is to stand in the address, escaped or not.
        var name = query["Filename"].ToString() is { Length: > 0 } wanted
            ? Uri.UnescapeDataString(wanted)
            : StoredFile.From(entry).Name;
        var related = $"/files/downloads/{links.DownloadSecret(context.Instance(), entry.Id, versionId)}/{Uri.EscapeDataString(name)}";
        await JsonAnswer.WriteAsync(
            context.Response, StatusCodes.Status200OK, JsonAnswer.JsonApi, (entry, Shown: answers.Shown(context), related),
            static (json, state) =>
            {
                json.WriteStartObject();
                json.WritePropertyName("data");
                FileResource.Write(json, state.entry, state.Shown);
                json.WriteStartObject("links");
                json.WriteString("related", state.related);
                json.WriteEndObject();
                json.WriteEndObject();
            });
    }

    private async Task DownloadByLinkAsync(HttpContext context)
    {
        var (fileId, versionId) = links.ReadDownloadSecret(context.Instance(), (string)context.GetRouteValue("secret")!)
            ?? throw ApiException.BadRequest("Wrong download token");
        var entry = await trees.GetAsync(context, fileId);
        if (JsonMembers.SelectorValues(entry.Members, "trashed") is ["true"])
            throw FileTrees.NotFound();

        var version = versionId is null ? null : await RequireVersionAsync(context, entry, versionId);
        if (context.Request.Query["Dl"] != "1")
            AllowFrames(context.Response, entry);
        if (FilePages.Wanted(context.Request) is { } page)
            await pages.SendAsync(context, entry, version, page);
        else
            await downloads.SendByLinkAsync(context, entry, version, (string)context.GetRouteValue("name")!);
    }

    /// <summary>
    /// Lets an app show what browsers show in a frame, such as a PDF, on its page. Nothing in it can run, load or send
    /// anything.
    /// </summary>
    private static void AllowFrames(HttpResponse response, FileEntry entry)
    {
        var type = StoredFile.From(entry).MediaType;
        if (type == "application/pdf" || Framed.Any(prefix => type.StartsWith(prefix, StringComparison.Ordinal)))
        {
            response.Headers.ContentSecurityPolicy = response.Headers.ContentSecurityPolicy.ToString()
                .Replace("frame-ancestors 'none'", "frame-ancestors *", StringComparison.Ordinal) + "form-action 'none';";
        }
    }
}
