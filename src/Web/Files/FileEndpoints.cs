using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Files;

/// <summary>Files and folders: <c>/files</c>.</summary>
internal sealed class FileEndpoints(FileTrees trees, UploadHandler uploads, FolderHandler folders, DownloadHandler downloads)
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/files");
        files.MapPost("/{directoryId?}", (RequestDelegate)CreateAsync).Requires(Verbs.Post, Target.File);
        files.MapMethods("/download/{fileId}", Reading, (RequestDelegate)DownloadAsync).Requires(Verbs.Get, Target.File);
        files.MapMethods("/download", Reading, (RequestDelegate)DownloadByPathAsync).Requires(Verbs.Get, Target.File);
        files.MapMethods("/metadata", Reading, (RequestDelegate)ShowByPathAsync).Requires(Verbs.Get, Target.File);
        files.MapMethods("/{fileId}", Reading, (RequestDelegate)ShowAsync).Requires(Verbs.Get, Target.File);
    }

    private Task CreateAsync(HttpContext context)
    {
        var parent = context.GetRouteValue("directoryId") as string ?? WellKnownFiles.RootId;
        return context.Request.Query["Type"].ToString() switch
        {
            "file" => uploads.HandleAsync(context, parent),
            "directory" => folders.HandleAsync(context, parent),
            _ => throw Errors.ApiException.Invalid("/data/attributes/type", "Invalid document type"),
        };
    }

    private async Task ShowAsync(HttpContext context) =>
        await ShowAsync(context, await trees.GetAsync(context, (string)context.GetRouteValue("fileId")!));

    private async Task ShowByPathAsync(HttpContext context) => await ShowAsync(context, await trees.GetByPathAsync(context));

    private async Task DownloadAsync(HttpContext context) => await downloads.HandleAsync(
        context, await trees.GetAsync(context, (string)context.GetRouteValue("fileId")!));

    private async Task DownloadByPathAsync(HttpContext context) =>
        await downloads.HandleAsync(context, await trees.GetByPathAsync(context));

    private async Task ShowAsync(HttpContext context, FileEntry entry)
    {
        var tree = trees.Of(context);
        await FileAccess.RequireAsync(context.Caller(), Verbs.Get, tree, entry);
        var contents = entry.IsDirectory
            ? await FolderContents.ReadAsync(tree, entry.Id, PageRequest.From(context.Request.Query))
            : null;
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, (entry, contents), static (json, shown) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            FileResource.Write(json, shown.entry, shown.contents);
            if (shown.contents is { } contents)
            {
                json.WriteStartObject("links");
                if (contents.NextQuery is { } next)
                    json.WriteString("next", FileResource.Self(shown.entry.Id) + next);
                json.WriteEndObject();
                json.WriteStartArray("included");
                foreach (var child in contents.Entries)
                    FileResource.Write(json, child);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }
}
