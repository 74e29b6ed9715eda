using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Files;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using FileAccess = Cozy.Web.Files.FileAccess;

namespace Cozy.Web.Dav;

/// <summary><c>MKCOL</c>, <c>DELETE</c> and <c>MOVE</c>: what changes the tree and no content.</summary>
internal sealed class TreeHandlers(DavTree tree, DavConditions conditions, IOptions<WebOptions> options)
{
    /// <summary>Makes a folder.</summary>
    public async Task MakeFolderAsync(HttpContext context)
    {
        var path = DavPath.Of(context);
        if (context.Request.ContentLength > 0 || context.Request.Headers.ContainsKey("Transfer-Encoding"))
            throw new ApiException(ApiError.Api(StatusCodes.Status415UnsupportedMediaType, "MKCOL takes no body."));
        if (await tree.FindAsync(context, path) is not null)
            throw DavErrors.NotAllowed("Something is there already.");
        var parent = await tree.GetParentAsync(context, path);
        await conditions.RequireAsync(context, new DavChange(path, IsMembership: true));
        await tree.Of(context).CreateDirectoryAsync(new NewDirectory
        {
            ParentId = parent.Id,
            Name = DavPath.NameOf(path),
            Author = FileAuthors.From(context, options.Value),
        });
        context.Response.StatusCode = StatusCodes.Status201Created;
    }

    /// <summary>Puts a file or folder into the trash.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var path = DavPath.Of(context);
        if (path == "/")
            throw ApiException.Forbidden("The root cannot be deleted.");
        if (context.Request.Headers["Depth"].ToString() is not ("" or "infinity" or "Infinity" or "0"))
            throw ApiException.BadRequest("a folder is deleted with all it holds");
        var entry = await tree.GetAsync(context, path, Verbs.Patch);
        await conditions.RequireAsync(context, new DavChange(path, IsMembership: true, IsDeep: true));
        await TrashAsync(context, path, entry);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Renames a file or folder, or puts it elsewhere. What was there goes to the trash.</summary>
    public async Task MoveAsync(HttpContext context)
    {
        var path = DavPath.Of(context);
        var destination = DavDestination.Read(context);
        if (context.Request.Headers["Depth"].ToString() is not ("" or "infinity" or "Infinity" or "0"))
            throw ApiException.BadRequest("a folder is moved with all it holds");
        var entry = await tree.GetAsync(context, path, Verbs.Patch);
        if (entry.IsDirectory && context.Request.Headers["Depth"] == "0")
            throw ApiException.BadRequest("a folder is moved with all it holds");
        var (parent, existing) = await PrepareAsync(context, path, entry, destination, new DavChange(path, true, true));

        if (existing is not null)
            await TrashAsync(context, destination.Path, existing);
        await tree.Of(context).PatchAsync(new FilePatch
        {
            Id = entry.Id,
            Name = DavPath.NameOf(destination.Path),
            ParentId = parent.Id,
            Author = FileAuthors.From(context, options.Value),
        });
        await tree.LocksOf(context).DropAsync(path);
        context.Response.StatusCode = existing is null ? StatusCodes.Status201Created : StatusCodes.Status204NoContent;
    }

    /// <summary>Checks all that can be checked before something is put at a destination.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="entry">What it is.</param>
    /// <param name="destination">Where it is put.</param>
    /// <param name="changes">What else changes.</param>
    /// <returns>The folder it is put into, and what is at its new place.</returns>
    public async Task<(FileEntry Parent, FileEntry? Existing)> PrepareAsync(
        HttpContext context, string path, FileEntry entry, DavDestination destination, params DavChange[] changes)
    {
        var existing = await tree.FindAsync(context, destination.Path);
        destination.Check(path, entry, existing);
        var parent = await tree.GetParentAsync(context, destination.Path);
        if (existing is not null)
            await FileAccess.RequireAsync(context.Caller(), Verbs.Patch, tree.Of(context), existing);
        await conditions.RequireAsync(context, [.. changes, new DavChange(destination.Path, IsMembership: existing is null, IsDeep: true)]);
        return (parent, existing);
    }

    /// <summary>Puts what is at a path into the trash; its locks end.</summary>
    public async Task TrashAsync(HttpContext context, string path, FileEntry entry)
    {
        await tree.Of(context).TrashAsync(new FileTarget(entry.Id, null, FileAuthors.From(context, options.Value)));
        await tree.LocksOf(context).DropAsync(path);
    }
}
