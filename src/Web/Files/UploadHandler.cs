using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Storage.Blobs;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files;

/// <summary>
/// Uploads a file: 1. check all that can be checked before the first byte of the body is read, 2. write the content
/// to the blob store, 3. compare it with what was announced, 4. make it durable, 5. record it in the tree. A failure
/// before step 5 leaves nothing behind. When the outcome of step 5 stays unknown the content is left pending, for the
/// tree to keep or remove once it knows.
/// </summary>
internal sealed class UploadHandler(FileTrees trees, IBlobStore blobs, IOptions<WebOptions> options, TimeProvider time)
{
    private readonly WebOptions _options = options.Value;

    /// <summary>Uploads the file the request describes.</summary>
    public async Task HandleAsync(HttpContext context, string parentId)
    {
        var tree = trees.Of(context);
        var request = UploadParameters.File(context, parentId, _options);
        var announcedMd5 = UploadParameters.Md5(context.Request);
        await FileAccess.RequireNewAsync(
            context.Caller(), Verbs.Post, tree, parentId, field => FieldValues(request, field));
        if (request.Size > _options.MaxFileBytes)
            throw TooLarge();

        var grant = await tree.PrepareUploadAsync(request);
        var limit = await LimitAsync(tree, request);
        AllowLargeBody(context);

        var key = new BlobKey(context.Instance().Id, grant.FileId, grant.VersionId);
        FileEntry entry;
        await using (var upload = await blobs.BeginUploadAsync(key, request.Size, context.RequestAborted))
        {
            var pump = new UploadPump(context.Request.BodyReader, upload, _options.UploadIdleTimeout, time);
            var digest = await RunAsync(pump, request, limit, context.RequestAborted);
            Compare(request, announcedMd5, digest);
            await upload.CompleteAsync(digest, context.RequestAborted);

            // From here on the client going away changes nothing: the content is there and is to be recorded. Until it
            // is, the open upload keeps the content from being taken for what a crash left behind.
            entry = await GrainCalls.RetryOnceAsync(
                (tree, grant, request, digest),
                static (call, _) => call.tree.CommitUploadAsync(
                    call.grant, call.request, new UploadedContent(call.digest.Length, call.digest.Md5)));
        }

        await FolderHandler.WriteCreatedAsync(context.Response, entry);
    }

    private static IEnumerable<string> FieldValues(NewFile request, string field) => field switch
    {
        "name" => [request.Name],
        "tags" => request.Tags,
        "mime" when request.MimeType is { } type => [type],
        _ => [],
    };

    // A length that was announced has been checked against the quota already.
    private async Task<long> LimitAsync(IFileTreeGrain tree, NewFile request)
    {
        if (request.Size is { } size)
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

    private static void Compare(NewFile request, byte[]? announcedMd5, BlobDigest digest)
    {
        if (request.Size is { } size && size != digest.Length)
            throw WrongLength();
        if (announcedMd5 is not null && !digest.Md5.Span.SequenceEqual(announcedMd5))
            throw new ApiException(ApiError.Api(412, "Invalid hash", "Content-MD5"));
    }

    private static async Task<BlobDigest> RunAsync(UploadPump pump, NewFile request, long limit, CancellationToken aborted)
    {
        try
        {
            return await pump.RunAsync(limit, aborted);
        }
        catch (ApiException failure) when (failure.Error.Status == 413 && request.Size is not null)
        {
            throw WrongLength();
        }
    }

    private static ApiException WrongLength() =>
        new(ApiError.Api(412, "Content length does not match", "Content-Length"));

    private static ApiException TooLarge() => new(ApiError.Api(413, "The file is too big"));
}
