using Cozy.Grains.Files;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>The file trees of instances, and the files in them that requests name.</summary>
internal sealed class FileTrees(IGrainFactory grains)
{
    private const int Capacity = 10_000;

    private readonly BoundedCache<string, IFileTreeGrain> _references = new(Capacity);

    /// <summary>The tree of the request's instance.</summary>
    public IFileTreeGrain Of(HttpContext context) => _references.GetOrAdd(
        context.Instance().Id, grains, static (id, grains) => grains.GetGrain<IFileTreeGrain>(id));

    /// <summary>The file or folder with an id.</summary>
    /// <exception cref="ApiException">404; 400: the id is one that the database keeps for itself.</exception>
    public async Task<FileEntry> GetAsync(HttpContext context, string id)
    {
        if (id is ['_', ..])
            throw new ApiException(ApiError.Couch(400, "bad_id", $"Unsuported couchdb operation {id}"));

        return await GrainCalls.RetryOnceAsync(
            (Tree: Of(context), id), static (call, _) => call.Tree.FindByIdAsync(call.id).AsTask()) ?? throw NotFound();
    }

    /// <summary>The file or folder at the path in the query.</summary>
    /// <exception cref="ApiException">404; 400: the path is not absolute.</exception>
    public async Task<FileEntry> GetByPathAsync(HttpContext context)
    {
        var path = FilePaths.Clean(context.Request.Query["Path"]);
        return await GrainCalls.RetryOnceAsync(
            (Tree: Of(context), path), static (call, _) => call.Tree.FindByPathAsync(call.path).AsTask()) ?? throw NotFound();
    }

    /// <summary>404.</summary>
    public static ApiException NotFound() => new(ApiError.Api(404, "file does not exist"));
}
