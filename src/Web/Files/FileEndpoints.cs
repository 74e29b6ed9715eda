using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files;

/// <summary>Files and folders: looking at them, making and changing them.</summary>
internal sealed class FileEndpoints(
    FileTrees trees, FileAnswers answers, FileUploads uploads, FileCopies copies, FilePatches patches, FileTickets tickets,
    IOptions<WebOptions> options)
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    private readonly WebOptions _options = options.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/files");
        files.MapPost("/{directoryId?}", (RequestDelegate)CreateAsync).Requires(Verbs.Post, Target.File);
        files.MapPut("/{fileId}", (RequestDelegate)OverwriteAsync).Requires(Verbs.Put, Target.File);
        files.MapPost("/upload/metadata", (RequestDelegate)KeepMetadataAsync).Requires(Verbs.Post, Target.File);
        files.MapPost("/shared-drives", (RequestDelegate)EnsureSharedDrivesAsync).Requires(Verbs.Post, Target.File);
        files.MapPost("/{fileId}/copy", (RequestDelegate)CopyAsync).Requires(Verbs.Post, Target.File);
        files.MapMethods("/metadata", Reading, (RequestDelegate)ShowByPathAsync).Requires(Verbs.Get, Target.File);
        files.MapMethods("/{fileId}", Reading, (RequestDelegate)ShowAsync).Requires(Verbs.Get, Target.File);
        files.MapGet("/{fileId}/relationships/contents", (RequestDelegate)ListContentsAsync).Requires(Verbs.Get, Target.File);
        files.MapGet("/{fileId}/size", (RequestDelegate)ShowSizeAsync).Requires(Verbs.Get, Target.File);
        files.MapPatch("/", (RequestDelegate)patches.ApplyAllAsync).Requires(Verbs.Patch, Target.File);
        files.MapPatch("/metadata", (RequestDelegate)PatchByPathAsync).Requires(Verbs.Patch, Target.File);
        files.MapPatch("/{fileId}", (RequestDelegate)PatchAsync).Requires(Verbs.Patch, Target.File);
    }

    private static string FileId(HttpContext context) => (string)context.GetRouteValue("fileId")!;

    private Task CreateAsync(HttpContext context)
    {
        var parent = context.GetRouteValue("directoryId") as string ?? WellKnownFiles.RootId;
        return context.Request.Query["Type"].ToString() switch
        {
            "file" => UploadAsync(context, parent),
            "directory" => CreateFolderAsync(context, parent),
            _ => throw ApiException.Invalid("/data/attributes/type", "Invalid document type"),
        };
    }

    private async Task UploadAsync(HttpContext context, string parentId)
    {
        var request = UploadParameters.File(context, parentId, _options);
        var md5 = UploadParameters.Md5(context.Request);
        await FileAccess.RequireNewAsync(context.Caller(), Verbs.Post, trees.Of(context), parentId, field => field switch
        {
            "name" => [request.Name],
            "tags" => request.Tags,
            "mime" when request.MimeType is { } type => [type],
            _ => [],
        });
        request = request with { Metadata = await ClientMetadata.OfUploadAsync(context, tickets, _options) };
        await answers.ShowMadeAsync(context, await uploads.CreateAsync(context, request, md5));
    }

    private async Task OverwriteAsync(HttpContext context)
    {
        var request = UploadParameters.Content(context, FileId(context), _options);
        var md5 = UploadParameters.Md5(context.Request);
        var entry = await trees.GetAsync(context, request.FileId);
        await FileAccess.RequireAsync(context.Caller(), Verbs.Put, trees.Of(context), entry);
        if (entry.IsDirectory)
            throw FileTrees.NotFound();
        request = request with { Metadata = await ClientMetadata.OfUploadAsync(context, tickets, _options) };
        await answers.ShowAsync(context, await uploads.OverwriteAsync(context, entry, request, md5));
    }

    private async Task CreateFolderAsync(HttpContext context, string parentId)
    {
        var tree = trees.Of(context);
        var request = UploadParameters.Folder(context, parentId, _options) with
        {
            Metadata = await ClientMetadata.OfUploadAsync(context, tickets, _options),
        };
        if (context.Request.Query["Path"].ToString() is { Length: > 0 } given)
        {
            var path = FilePaths.Clean(given);
            await FileAccess.RequirePathAsync(context.Caller(), Verbs.Post, tree, path);
            var recursive = context.Request.Query["Recursive"] == "true";
            await answers.ShowMadeAsync(context, await tree.CreateDirectoryAtPathAsync(path, recursive, request));
            return;
        }

        await FileAccess.RequireNewAsync(context.Caller(), Verbs.Post, tree, request.ParentId, field => field switch
        {
            "name" => [request.Name],
            "tags" => request.Tags,
            _ => [],
        });
        await answers.ShowMadeAsync(context, await tree.CreateDirectoryAsync(request));
    }

    private async Task EnsureSharedDrivesAsync(HttpContext context)
    {
        FileAccess.RequireAll(context.Caller(), Verbs.Post);
        var name = FileNames.SharedDrives(context);
        var folder = await trees.Of(context).EnsureSharedDrivesAsync(name, FileAuthors.From(context, _options));
        await answers.ShowMadeAsync(context, folder, StatusCodes.Status200OK);
    }

    private async Task KeepMetadataAsync(HttpContext context)
    {
        // For a file that is not there yet: whoever may make one somewhere may prepare it.
        var attributes = await FileBody.ReadAttributesAsync(context, _options);
        var metadata = ClientMetadata.Clean(context.Caller(), attributes);
        var secret = await tickets.KeepMetadataAsync(context, metadata);
        await JsonAnswer.WriteAsync(
            context.Response, StatusCodes.Status201Created, JsonAnswer.JsonApi, (secret, metadata), static (json, state) =>
            {
                json.WriteStartObject();
                json.WriteStartObject("data");
                json.WriteString("type", "io.cozy.files.metadata");
                json.WriteString("id", state.secret);
                json.WritePropertyName("attributes");
                json.WriteRawValue(state.metadata);
                json.WriteStartObject("meta");
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
            });
    }

    private async Task CopyAsync(HttpContext context)
    {
        var source = await trees.GetAsync(context, FileId(context));
        await answers.ShowMadeAsync(context, await copies.CopyAsync(context, source));
    }

    private async Task ShowAsync(HttpContext context) => await ShowAsync(context, await trees.GetAsync(context, FileId(context)));

    private async Task ShowByPathAsync(HttpContext context) => await ShowAsync(context, await trees.GetByPathAsync(context));

    private async Task ShowAsync(HttpContext context, FileEntry entry)
    {
        await FileAccess.RequireAsync(context.Caller(), Verbs.Get, trees.Of(context), entry);
        if (!HttpMethods.IsHead(context.Request.Method))
            await answers.ShowAsync(context, entry);
    }

    private async Task ListContentsAsync(HttpContext context)
    {
        var folder = await trees.GetAsync(context, FileId(context));
        await FileAccess.RequireAsync(context.Caller(), Verbs.Get, trees.Of(context), folder);
        if (!folder.IsDirectory)
            throw ApiException.BadRequest($"cant read children of file {folder.Id}");

        var page = PageRequest.From(context.Request.Query);
        var contents = await FolderContents.ReadAsync(trees.Of(context), folder.Id, page);
        var next = contents.NextQuery is { } query ? $"{FileResource.Self(folder.Id)}/relationships/contents{query}" : null;
        await answers.ListAsync(context, new FileList(contents.Entries, contents.TotalCount) { Next = next });
    }

    private async Task ShowSizeAsync(HttpContext context)
    {
        var folder = await trees.GetAsync(context, FileId(context));
        await FileAccess.RequireAsync(context.Caller(), Verbs.Get, trees.Of(context), folder);
        var size = await trees.Of(context).GetSizeAsync(folder.Id);
        await JsonAnswer.WriteAsync(
            context.Response, StatusCodes.Status200OK, JsonAnswer.JsonApi, (folder.Id, size), static (json, state) =>
            {
                json.WriteStartObject();
                json.WriteStartObject("data");
                json.WriteString("type", "io.cozy.files.sizes");
                json.WriteString("id", state.Id);
                json.WriteStartObject("attributes");
                json.WriteString("size", state.size.ToString(System.Globalization.CultureInfo.InvariantCulture));
                json.WriteEndObject();
                json.WriteStartObject("meta");
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
            });
    }

    private async Task PatchAsync(HttpContext context) =>
        await patches.ApplyAsync(context, await trees.GetAsync(context, FileId(context)));

    private async Task PatchByPathAsync(HttpContext context) =>
        await patches.ApplyAsync(context, await trees.GetByPathAsync(context));
}
