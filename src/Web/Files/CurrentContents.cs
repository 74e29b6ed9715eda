using Cozy.Grains.Files;
using Cozy.Storage.Blobs;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>
/// Opens the contents of files that were looked up before. One that is overwritten may be gone by then: what is opened is the
/// content the file has now.
/// </summary>
internal sealed class CurrentContents(FileTrees trees, IBlobStore blobs)
{
    private const int Attempts = 3;

    /// <summary>Opens the whole content of a file.</summary>
    /// <param name="context">The request.</param>
    /// <param name="entry">The file, as it was.</param>
    /// <returns>The file as it is now and its content; null when it was destroyed.</returns>
    /// <exception cref="ApiException">404: the file is there, its content is not.</exception>
    public async Task<(FileEntry Entry, BlobContent Content)?> OpenAsync(HttpContext context, FileEntry entry)
    {
        for (var attempt = 1; ; attempt++)
        {
            var version = StoredFile.From(entry).VersionId;
            if (await blobs.OpenAsync(new BlobKey(context.Instance().Id, entry.Id, version), null, context.RequestAborted) is { } content)
                return (entry, content);
            if (await GrainCalls.RetryOnceAsync(
                (Tree: trees.Of(context), entry.Id), static (call, _) => call.Tree.FindByIdAsync(call.Id).AsTask()) is not { } now)
            {
                return null;
            }

            if (attempt == Attempts || StoredFile.From(now).VersionId == version)
                throw FileTrees.NotFound();
            entry = now;
        }
    }
}
