using System.Buffers;
using System.IO.Pipelines;
using Cozy.Grains.Files;
using Cozy.Storage.Blobs;
using Cozy.Web.Errors;
using Cozy.Web.Files.Metadata;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files;

/// <summary>
/// Takes the body of a request as the content of a file: 1. check all that can be checked before its first byte is read,
/// 2. write the content to the blob store, 3. compare it with what was announced, 4. make it durable, 5. record it in the
/// tree. A failure before step 5 leaves nothing behind. When the outcome of step 5 stays unknown the content is left
/// pending, for the tree to keep or remove once it knows. Of a short content step 1 is left to step 5, which repeats it anyway.
/// Permissions are the caller's business.
/// </summary>
internal sealed class FileUploads(
    FileTrees trees, IBlobStore blobs, MetadataExtraction extraction, IOptions<WebOptions> options, TimeProvider time)
{
    // Few uploads are refused: to write this much in vain now and then costs less than to ask the tree each time.
    private const int ShortBytes = 64 * 1024;

    private readonly FileIds _ids = new(time);
    private readonly WebOptions _options = options.Value;

    /// <summary>Uploads a new file.</summary>
    public async Task<FileEntry> CreateAsync(HttpContext context, NewFile request, byte[]? announcedMd5)
    {
        CheckSize(request.Size);
        var tree = trees.Of(context);
        var body = context.Request.BodyReader;
        if (request.Size is not <= ShortBytes || context.Request.Headers.Expect.Count > 0)
            return await CreateAsync(context, body, tree, await tree.PrepareUploadAsync(request), request, announcedMd5);

        try
        {
            // It has arrived already or is about to: the tree is asked only once, with the content.
            return await CreateAsync(context, body, tree, UploadGrant.For(_ids.Next(), request.MimeType, request.Name), request, announcedMd5);
        }
        catch (ApiException)
        {
            // What is wrong with the file's place is told before what is wrong with its content.
            await tree.PrepareUploadAsync(request);
            throw;
        }
    }

    /// <summary>Makes a file with a content that is at hand.</summary>
    public async Task<FileEntry> MakeAsync(HttpContext context, NewFile request, ReadOnlyMemory<byte> bytes)
    {
        var tree = trees.Of(context);
        request = request with { Size = bytes.Length };
        var body = PipeReader.Create(new ReadOnlySequence<byte>(bytes));
        return await CreateAsync(context, body, tree, await tree.PrepareUploadAsync(request), request, null);
    }

    /// <summary>Replaces the content of a file.</summary>
    /// <param name="context">The request.</param>
    /// <param name="file">The file as it is.</param>
    /// <param name="request">What becomes of it.</param>
    /// <param name="announcedMd5">The MD5 that the content is to have; null for any.</param>
    public async Task<FileEntry> OverwriteAsync(HttpContext context, FileEntry file, NewContent request, byte[]? announcedMd5)
    {
        CheckSize(request.Size);
        var tree = trees.Of(context);
        var grant = await tree.PrepareOverwriteAsync(request);
        return await ReceiveAsync(context, context.Request.BodyReader, tree, grant, request.Size, announcedMd5, StoredFile.From(file).CreatedAt, content =>
            GrainCalls.RetryOnceAsync(
                (tree, grant, request, content),
                static (call, _) => call.tree.CommitOverwriteAsync(call.grant, call.request, call.content)));
    }

    private Task<FileEntry> CreateAsync(
        HttpContext context, PipeReader body, IFileTreeGrain tree, UploadGrant grant, NewFile request, byte[]? announcedMd5) =>
        ReceiveAsync(context, body, tree, grant, request.Size, announcedMd5, request.CreatedAt, content =>
            GrainCalls.RetryOnceAsync(
                (tree, grant, request, content),
                static (call, _) => call.tree.CommitUploadAsync(call.grant, call.request, call.content)));

    private async Task<FileEntry> ReceiveAsync(
        HttpContext context, PipeReader body, IFileTreeGrain tree, UploadGrant grant, long? size, byte[]? announcedMd5,
        DateTimeOffset? createdAt, Func<UploadedContent, Task<FileEntry>> commit)
    {
        var limit = await LimitAsync(tree, size);
        AllowLargeBody(context);
        var key = new BlobKey(context.Instance().Id, grant.FileId, grant.VersionId);
        using var head = new ContentHead(MetadataExtraction.HeadBytes(grant.MimeType));
        await using var upload = await blobs.BeginUploadAsync(key, size, context.RequestAborted);
        var pump = new UploadPump(body, upload, head, _options.UploadIdleTimeout, time);
        var digest = await RunAsync(pump, size, limit, context.RequestAborted);
        if (size is { } announced && announced != digest.Length)
            throw WrongLength();
        if (announcedMd5 is not null && !digest.Md5.Span.SequenceEqual(announcedMd5))
            throw new ApiException(ApiError.Api(412, "Invalid hash", "Content-MD5"));

        var content = await extraction.DescribeAsync(context, grant.MimeType, createdAt, head, digest);
        await upload.CompleteAsync(digest, context.RequestAborted);

        // From here on the client going away changes nothing: the content is there and is to be recorded. Until it is,
        // the open upload keeps the content from being taken for what a crash left behind.
        return await commit(content);
    }

    private void CheckSize(long? size)
    {
        if (size > _options.MaxFileBytes)
            throw new ApiException(ApiError.Api(413, "The file is too big and exceeds the filesystem maximum file size"));
    }

    // A length that was announced has been checked against the quota already.
    private async Task<long> LimitAsync(IFileTreeGrain tree, long? announced)
    {
        if (announced is { } size)
            return size;

        var usage = await tree.GetDiskUsageAsync();
        return usage.Quota > 0 ? Math.Min(_options.MaxFileBytes, Math.Max(usage.Quota - usage.Used, 0)) : _options.MaxFileBytes;
    }

    private void AllowLargeBody(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = _options.MaxFileBytes;

        // A phone on a bad line may be slow, as long as something moves.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    private static async Task<BlobDigest> RunAsync(UploadPump pump, long? size, long limit, CancellationToken aborted)
    {
        try
        {
            return await pump.RunAsync(limit, aborted);
        }
        catch (ApiException failure) when (failure.Error.Status == 413 && size is not null)
        {
            throw WrongLength();
        }
    }

    private static ApiException WrongLength() =>
        new(ApiError.Api(412, "Content length does not match", "Content-Length"));
}
