using Cozy.Grains.Dav;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Files;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using FileAccess = Cozy.Web.Files.FileAccess;

namespace Cozy.Web.Dav;

/// <summary>The tree of a request's instance as WebDAV sees it, and the grains that know locks and properties.</summary>
internal sealed class DavTree(FileTrees trees, IGrainFactory grains)
{
    /// <summary>The tree.</summary>
    public IFileTreeGrain Of(HttpContext context) => trees.Of(context);

    /// <summary>The locks.</summary>
    public IDavLocksGrain LocksOf(HttpContext context) => grains.GetGrain<IDavLocksGrain>(context.Instance().Id);

    /// <summary>The properties that clients have set.</summary>
    public IDavPropertiesGrain PropertiesOf(HttpContext context) =>
        grains.GetGrain<IDavPropertiesGrain>(context.Instance().Id);

    /// <summary>What is at a path; null when nothing is.</summary>
    public Task<FileEntry?> FindAsync(HttpContext context, string path) => GrainCalls.RetryOnceAsync(
        (Tree: Of(context), path), static (call, _) => call.Tree.FindByPathAsync(call.path).AsTask());

    /// <summary>What is at a path, if the caller may do this to it.</summary>
    /// <exception cref="Errors.ApiException">404; 403.</exception>
    public async Task<FileEntry> GetAsync(HttpContext context, string path, Verbs verb)
    {
        var entry = await FindAsync(context, path) ?? throw DavErrors.NotFound();
        await FileAccess.RequireAsync(context.Caller(), verb, Of(context), entry);
        return entry;
    }

    /// <summary>The folder that something at a path is to be in, if the caller may put it there.</summary>
    /// <exception cref="Errors.ApiException">409: there is none; 403.</exception>
    public async Task<FileEntry> GetParentAsync(HttpContext context, string path)
    {
        var parent = await FindAsync(context, FilePaths.ParentOf(path));
        if (parent is not { IsDirectory: true })
            throw DavErrors.NoParent();
        await FileAccess.RequireNewAsync(context.Caller(), Verbs.Post, Of(context), parent.Id, field => field switch
        {
            "name" => [DavPath.NameOf(path)],
            _ => [],
        });
        return parent;
    }
}
