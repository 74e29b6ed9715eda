using System.Globalization;
using Cozy.Grains.Files;
using Cozy.Storage.Blobs;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Files;

/// <summary>Sends the content of a file, or the part of it that was asked for.</summary>
internal sealed class DownloadHandler(IBlobStore blobs, FileTrees trees, IOptions<WebOptions> options)
{
    private const string AccelHeader = "X-Accel-Redirect";
    private const int CopyBytes = 64 * 1024;
    private const int Attempts = 3;

    /// <summary>Answers with the content of a file, or with a former one. Permissions are the caller's business.</summary>
    /// <param name="context">The request.</param>
    /// <param name="entry">The file.</param>
    /// <param name="version">Which of its former contents; null for the present one.</param>
    /// <param name="name">The name a former content is saved under; null for the file's own.</param>
    public async Task SendAsync(HttpContext context, FileEntry entry, FileVersion? version = null, string? name = null)
    {
        if (entry.IsDirectory)
            throw FileTrees.NotFound();

        var security = context.Response.Headers.ContentSecurityPolicy;
        for (var attempt = 1; !await TrySendAsync(context, entry, version, name); attempt++)
        {
            // A content that is overwritten often is gone with the next one. The file is not, and is not to be taken for gone.
            if (version is not null || attempt == Attempts)
                throw FileTrees.NotFound();
            var now = await trees.GetAsync(context, entry.Id);
            if (StoredFile.From(now).VersionId == StoredFile.From(entry).VersionId)
                throw FileTrees.NotFound();
            entry = now;
            context.Response.Headers.ContentSecurityPolicy = security;
        }
    }

    /// <summary>
    /// Answers somebody who came by a link. Who saves the file may be sent to the store for it; what is shown in the page stays
    /// here, since the store knows neither its type nor who may embed it. A former content is saved under the name in the link.
    /// </summary>
    public async Task SendByLinkAsync(HttpContext context, FileEntry entry, FileVersion? version, string name)
    {
        if (!entry.IsDirectory && HttpMethods.IsGet(context.Request.Method) && IsAttachment(context.Request))
        {
            var file = version is null ? StoredFile.From(entry) : StoredFile.From(entry, version, name);
            var key = new BlobKey(context.Instance().Id, entry.Id, file.VersionId);
            if (await blobs.LinkAsync(key, file.Name, context.RequestAborted) is { } address)
            {
                context.Response.StatusCode = StatusCodes.Status302Found;
                context.Response.Headers.Location = address.AbsoluteUri;
                context.Response.Headers.CacheControl = "no-store";
                return;
            }
        }

        await SendAsync(context, entry, version, name);
    }

    private static bool IsAttachment(HttpRequest request) => request.Query["Dl"] == "1";

    private static void WriteHeaders(HttpContext context, StoredFile file)
    {
        var isAttachment = IsAttachment(context.Request);
        var headers = context.Response.Headers;
        headers.AcceptRanges = "bytes";
        headers.ContentDisposition = ContentDisposition.For(file.Name, isAttachment);
        headers.ContentType = file.MediaType;
        headers.ETag = file.ETag.ToString();
        headers.LastModified = HeaderUtilities.FormatDate(file.ModifiedAt);
        if (isAttachment)
            headers.ContentSecurityPolicy += "form-action 'none';";
    }

    /// <summary>False when the content is gone; then nothing is sent yet.</summary>
    private async Task<bool> TrySendAsync(HttpContext context, FileEntry entry, FileVersion? version, string? name)
    {
        var file = version is null ? StoredFile.From(entry) : StoredFile.From(entry, version, name);
        WriteHeaders(context, file);
        switch (ConditionalRequest.Evaluate(context.Request, file.ETag, file.ModifiedAt))
        {
            case Condition.Failed:
                context.Response.StatusCode = StatusCodes.Status412PreconditionFailed;
                return true;
            case Condition.NotModified:
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                context.Response.Headers.Remove(HeaderNames.ContentType);
                context.Response.Headers.Remove(HeaderNames.AcceptRanges);
                context.Response.Headers.Remove(HeaderNames.LastModified);
                return true;
            default:
                return await TrySendAsync(context, entry, file);
        }
    }

    private async Task<bool> TrySendAsync(HttpContext context, FileEntry entry, StoredFile file)
    {
        var range = RangeOf(context, file);
        var key = new BlobKey(context.Instance().Id, entry.Id, file.VersionId);
        await using var content = await blobs.OpenAsync(key, range, context.RequestAborted);
        if (content is null)
            return false;

        var response = context.Response;
        if (IsLeftToProxy(context.Request) && content.RelativePath is { } place)
        {
            // It cuts the range out as well.
            response.Headers[AccelHeader] = options.Value.AccelLocation + place;
            return true;
        }

        var length = range?.Length ?? content.Length;
        response.ContentLength = length;
        if (range is { } part)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture, $"bytes {part.Offset}-{part.Offset + part.Length - 1}/{content.Length}");
        }

        if (HttpMethods.IsHead(context.Request.Method) || length == 0)
            return true;
        try
        {
            if (content.LocalPath is { } path)
                await response.SendFileAsync(path, range?.Offset ?? 0, length, context.RequestAborted);
            else
                await content.Stream!.CopyToAsync(response.Body, CopyBytes, context.RequestAborted);
            return true;
        }
        catch (FileNotFoundException) when (!response.HasStarted)
        {
            (response.StatusCode, response.ContentLength) = (StatusCodes.Status200OK, null);
            response.Headers.Remove(HeaderNames.ContentRange);
            return false;
        }
    }

    // Conditions that compare with the file's own date or tag are ours: the proxy knows neither.
    private bool IsLeftToProxy(HttpRequest request) =>
        options.Value.AccelLocation.Length > 0 && HttpMethods.IsGet(request.Method)
        && StringValues.IsNullOrEmpty(request.Headers.IfMatch) && StringValues.IsNullOrEmpty(request.Headers.IfRange)
        && StringValues.IsNullOrEmpty(request.Headers.IfUnmodifiedSince);

    private static BlobRange? RangeOf(HttpContext context, StoredFile file)
    {
        var asked = ByteRange.Parse(context.Request, file.ETag, file.ModifiedAt, file.Size);
        if (asked.Problem is not { } problem)
            return asked.Range;

        var headers = context.Response.Headers;
        headers.Remove(HeaderNames.AcceptRanges);
        headers.Remove(HeaderNames.ETag);
        headers.Remove(HeaderNames.LastModified);
        headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{file.Size}");
        throw new ApiException(ApiError.Api(StatusCodes.Status416RangeNotSatisfiable, problem));
    }
}
