using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files;

/// <summary>Makes folders, by parent and name or by path.</summary>
internal sealed class FolderHandler(FileTrees trees, IOptions<WebOptions> options)
{
    /// <summary>Makes the folder the request describes.</summary>
    public async Task HandleAsync(HttpContext context, string parentId)
    {
        var request = UploadParameters.Folder(context, parentId, options.Value);
        var entry = context.Request.Query["Path"].ToString() is { Length: > 0 } path
            ? await CreateAtPathAsync(context, FilePaths.Clean(path), request)
            : await CreateAsync(context, request);
        await WriteCreatedAsync(context.Response, entry);
    }

    /// <summary>Answers 201 with what was made.</summary>
    public static Task WriteCreatedAsync(HttpResponse response, FileEntry entry) =>
        JsonAnswer.WriteAsync(response, StatusCodes.Status201Created, JsonAnswer.JsonApi, entry, static (json, entry) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            FileResource.Write(json, entry);
            json.WriteEndObject();
        });

    private async Task<FileEntry> CreateAsync(HttpContext context, NewDirectory request)
    {
        var tree = trees.Of(context);
        await FileAccess.RequireNewAsync(context.Caller(), Verbs.Post, tree, request.ParentId, field => field switch
        {
            "name" => [request.Name],
            "tags" => request.Tags,
            _ => [],
        });
        return await tree.CreateDirectoryAsync(request);
    }

    private async Task<FileEntry> CreateAtPathAsync(HttpContext context, string path, NewDirectory request)
    {
        var tree = trees.Of(context);
        await FileAccess.RequirePathAsync(context.Caller(), Verbs.Post, tree, path);
        return await tree.CreateDirectoryAtPathAsync(path, context.Request.Query["Recursive"] == "true", request);
    }
}
