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

/// <summary>Into the trash, out of it, and what is in it.</summary>
internal sealed class TrashEndpoints(FileTrees trees, FileAnswers answers, IOptions<WebOptions> options)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/files");
        files.MapDelete("/{fileId}", (RequestDelegate)TrashAsync).Requires(Verbs.Patch, Target.File);
        files.MapGet("/trash", (RequestDelegate)ListAsync).Requires(Verbs.Get, Target.File);
        files.MapDelete("/trash", (RequestDelegate)EmptyAsync).Requires(Verbs.Delete, Target.File);
        files.MapPost("/trash/{fileId}", (RequestDelegate)RestoreAsync).Requires(Verbs.Patch, Target.File);
        files.MapDelete("/trash/{fileId}", (RequestDelegate)DestroyAsync).Requires(Verbs.Delete, Target.File);
    }

    private async Task TrashAsync(HttpContext context)
    {
        var target = await TargetAsync(context, Verbs.Patch);
        await answers.ShowAsync(context, await trees.Of(context).TrashAsync(target), withVersions: false);
    }

    private async Task RestoreAsync(HttpContext context)
    {
        var target = await TargetAsync(context, Verbs.Patch);
        await answers.ShowAsync(context, await trees.Of(context).RestoreAsync(target), withVersions: false);
    }

    private async Task DestroyAsync(HttpContext context)
    {
        var entry = await trees.GetAsync(context, FileId(context));
        var target = await TargetAsync(context, entry, Verbs.Delete);
        if (!entry.Path.StartsWith($"/{WellKnownFiles.TrashName}/", StringComparison.Ordinal))
            throw ApiException.BadRequest("File or directory is not in the trash");
        await trees.Of(context).DestroyAsync(target);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task ListAsync(HttpContext context)
    {
        await RequireTrashAsync(context, Verbs.Get);
        var page = PageRequest.From(context.Request.Query);
        var contents = await FolderContents.ReadAsync(trees.Of(context), WellKnownFiles.TrashId, page);
        await answers.ListAsync(context, new FileList(contents.Entries, contents.TotalCount)
        {
            Next = contents.NextQuery is { } query ? $"/files/trash{query}" : null,
        });
    }

    private async Task EmptyAsync(HttpContext context)
    {
        await RequireTrashAsync(context, Verbs.Delete);
        await trees.Of(context).EmptyTrashAsync(age: null);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task RequireTrashAsync(HttpContext context, Verbs verb) => await FileAccess.RequireAsync(
        context.Caller(), verb, trees.Of(context), await trees.GetAsync(context, WellKnownFiles.TrashId));

    private static string FileId(HttpContext context) => (string)context.GetRouteValue("fileId")!;

    private async Task<FileTarget> TargetAsync(HttpContext context, Verbs verb) =>
        await TargetAsync(context, await trees.GetAsync(context, FileId(context)), verb);

    private async Task<FileTarget> TargetAsync(HttpContext context, FileEntry entry, Verbs verb)
    {
        await FileAccess.RequireAsync(context.Caller(), verb, trees.Of(context), entry);
        return new FileTarget(
            entry.Id, UploadParameters.Revision(context.Request), FileAuthors.From(context, options.Value));
    }
}
