using System.Buffers;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Storage.Blobs;
using Cozy.Web.Access;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files;

/// <summary>Copies of contents, inside the blob store.</summary>
internal sealed class FileCopies(FileTrees trees, CurrentContents contents, IBlobStore blobs, IOptions<WebOptions> options)
{
    private const int BlockBytes = 128 * 1024;

    /// <summary>Copies a file as <c>Name</c> and <c>DirID</c> of the query say.</summary>
    public async Task<FileEntry> CopyAsync(HttpContext context, FileEntry source)
    {
        var query = context.Request.Query;
        var parentId = query["DirID"].ToString() is { Length: > 0 } given
            ? given
            : JsonMembers.Text(source.Members, "dir_id") ?? WellKnownFiles.RootId;
        var stored = StoredFile.From(source);
        var named = query["Name"].ToString();
        return await CopyAsync(context, source, new NewFile
        {
            ParentId = parentId,
            Name = named.Length > 0 ? named : FileNames.Copy(context, stored.Name),

            // A name of the client's may have another ending.
            MimeType = named.Length > 0 ? null : stored.MediaType,
            RenameOnConflict = true,
        });
    }

    /// <summary>Copies a file; permissions on both sides are checked.</summary>
    /// <param name="context">The request.</param>
    /// <param name="source">What to copy.</param>
    /// <param name="request">Where to and under which name; the rest is taken from the source.</param>
    public async Task<FileEntry> CopyAsync(HttpContext context, FileEntry source, NewFile request)
    {
        var tree = trees.Of(context);
        await FileAccess.RequireAsync(context.Caller(), Verbs.Get, tree, source);
        await FileAccess.RequireNewAsync(context.Caller(), Verbs.Post, tree, request.ParentId);
        if (source.IsDirectory)
            throw FileTrees.NotFound();

        (source, var opened) = await contents.OpenAsync(context, source) ?? throw FileTrees.NotFound();
        await using var content = opened;
        var stored = StoredFile.From(source);
        request = request with
        {
            Size = stored.Size,
            Tags = JsonMembers.SelectorValues(source.Members, "tags"),
            Executable = JsonMembers.SelectorValues(source.Members, "executable") is ["true"],
            Encrypted = JsonMembers.SelectorValues(source.Members, "encrypted") is ["true"],
            Metadata = CopiedMetadata(context, source),
            Author = FileAuthors.From(context, options.Value),
        };
        var grant = await tree.PrepareUploadAsync(request);
        return await StoreAsync(context, content, stored, grant, digest => GrainCalls.RetryOnceAsync(
            (tree, grant, request, Content: new UploadedContent(digest.Length, digest.Md5)),
            static (call, _) => call.tree.CommitUploadAsync(call.grant, call.request, call.Content)));
    }

    /// <summary>Gives a file the content it has once more, under new metadata; the former one becomes a version.</summary>
    public async Task<FileEntry> RenewAsync(HttpContext context, FileEntry file, NewContent request)
    {
        var tree = trees.Of(context);
        (file, var opened) = await contents.OpenAsync(context, file) ?? throw FileTrees.NotFound();
        await using var content = opened;
        var stored = StoredFile.From(file);
        request = request with { Size = stored.Size, MimeType = stored.MediaType };
        var grant = await tree.PrepareOverwriteAsync(request);
        return await StoreAsync(context, content, stored, grant, digest => GrainCalls.RetryOnceAsync(
            (tree, grant, request, Content: new UploadedContent(digest.Length, digest.Md5)),
            static (call, _) => call.tree.CommitOverwriteAsync(call.grant, call.request, call.Content)));
    }

    private async Task<FileEntry> StoreAsync(
        HttpContext context, BlobContent content, StoredFile stored, UploadGrant grant, Func<BlobDigest, Task<FileEntry>> commit)
    {
        var aborted = context.RequestAborted;
        await using var upload = await blobs.BeginUploadAsync(
            new BlobKey(context.Instance().Id, grant.FileId, grant.VersionId), content.Length, aborted);

        // What is stored is what was hashed when it arrived; the store compares the copy with it.
        var digest = new BlobDigest(stored.Size, stored.Md5 ?? throw FileTrees.NotFound());
        await using var stream = content.Stream ?? File.OpenRead(content.LocalPath!);
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (int count; (count = await stream.ReadAsync(block, aborted)) > 0;)
                await upload.WriteAsync(block.AsMemory(0, count), aborted);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        await upload.CompleteAsync(digest, aborted);
        return await commit(digest);
    }

    // What was certified of the original is not certified of the copy.
    private static ReadOnlyMemory<byte>? CopiedMetadata(HttpContext context, FileEntry source) =>
        JsonMembers.Json(source.Members, "metadata") is { } metadata
            && System.Text.Json.JsonDocument.Parse(metadata) is { RootElement.ValueKind: System.Text.Json.JsonValueKind.Object } json
                ? ClientMetadata.Clean(context.Caller(), json.RootElement)
                : (ReadOnlyMemory<byte>?)null;
}
