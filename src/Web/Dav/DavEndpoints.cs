using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Files;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using FileAccess = Cozy.Web.Files.FileAccess;

namespace Cozy.Web.Dav;

/// <summary>WebDAV (RFC 4918, class 1 and 2) on the tree of files: <c>/dav/files</c>.</summary>
internal sealed class DavEndpoints(
    DavTree tree, DownloadHandler downloads, DavUploads uploads, TreeHandlers changes, CopyHandler copies,
    PropFindHandler finds, PropPatchHandler patches, LockHandler locks)
{
    private const string Pattern = DavPath.Root + "/{**path}";
    private const string Methods =
        "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, MKCOL, COPY, MOVE, LOCK, UNLOCK";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        // Windows asks at the root of the server, and of the share, before it asks for the folder.
        foreach (var pattern in (string[])[Pattern, "/", "/dav"])
        {
            routes.MapMethods(pattern, [HttpMethods.Options], (RequestDelegate)ShowOptionsAsync)
                .Public("It says which methods there are, whatever the path.");
        }

        Map(routes, Verbs.Get, DownloadAsync, HttpMethods.Get, HttpMethods.Head);
        Map(routes, Verbs.Get, finds.HandleAsync, "PROPFIND");
        Map(routes, Verbs.Put, uploads.PutAsync, HttpMethods.Put);
        Map(routes, Verbs.Post, changes.MakeFolderAsync, "MKCOL");
        Map(routes, Verbs.Post, copies.HandleAsync, "COPY");
        Map(routes, Verbs.Patch, patches.HandleAsync, "PROPPATCH");
        Map(routes, Verbs.Patch, changes.DeleteAsync, HttpMethods.Delete);
        Map(routes, Verbs.Patch, changes.MoveAsync, "MOVE");
        Map(routes, Verbs.Put, locks.LockAsync, "LOCK");
        Map(routes, Verbs.Put, locks.UnlockAsync, "UNLOCK");
    }

    private static void Map(IEndpointRouteBuilder routes, Verbs verb, RequestDelegate handler, params string[] methods) =>
        routes.MapMethods(Pattern, methods, handler).RequiresDav(verb);

    private static Task ShowOptionsAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Allow = Methods;
        headers["DAV"] = "1, 2";
        // Without it Windows takes the address for a page.
        headers["MS-Author-Via"] = "DAV";
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private async Task DownloadAsync(HttpContext context)
    {
        var entry = await tree.FindAsync(context, DavPath.Of(context)) ?? throw DavErrors.NotFound();
        if (entry.IsDirectory)
            throw DavErrors.NotAllowed("It is a folder; PROPFIND lists what is in it.");
        await FileAccess.RequireAsync(context.Caller(), Verbs.Get, tree.Of(context), entry);
        await downloads.SendAsync(context, entry);
    }
}
