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
internal sealed class DownloadHandler(IBlobStore blobs, IOptions<WebOptions> options)
{
    private const string AccelHeader = "X-Accel-Redirect";
    private const int CopyBytes = 64 * 1024;

    /// <summary>Answers with the content of a file, or with a former one. Permissions are the caller's business.</summary>
    public Task SendAsync(HttpContext context, FileEntry entry, FileVersion? version = null)
    {
        if (entry.IsDirectory)
            throw FileTrees.NotFound();

        return SendConditionallyAsync(context, entry, version is null ? StoredFile.From(entry) : StoredFile.From(entry, version));
    }

    private async Task SendConditionallyAsync(HttpContext context, FileEntry entry, StoredFile file)
    {
        WriteHeaders(context, file);
        switch (ConditionalRequest.Evaluate(context.Request, file.ETag, file.ModifiedAt))
        {
            case Condition.Failed:
                context.Response.StatusCode = StatusCodes.Status412PreconditionFailed;
                break;
            case Condition.NotModified:
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                context.Response.Headers.Remove(HeaderNames.ContentType);
                context.Response.Headers.Remove(HeaderNames.AcceptRanges);
                context.Response.Headers.Remove(HeaderNames.LastModified);
                break;
            default:
                await SendAsync(context, entry, file);
                break;
        }
    }

    /// <summary>
    /// Answers somebody who came by a link. Who saves the file may be sent to the store for it; what is shown in the page stays
    /// here, since the store knows neither its type nor who may embed it.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="entry">The file.</param>
    /// <param name="version">Which of its former contents; null for the present one.</param>
    /// <param name="name">The name a former content is saved under: the file's own is that of another content.</param>
    public async Task SendByLinkAsync(HttpContext context, FileEntry entry, FileVersion? version, string name)
    {
        if (entry.IsDirectory)
            throw FileTrees.NotFound();

        var file = version is null ? StoredFile.From(entry) : StoredFile.From(entry, version, name);
        if (HttpMethods.IsGet(context.Request.Method) && IsAttachment(context.Request))
        {
            var key = new BlobKey(context.Instance().Id, entry.Id, file.VersionId);
            if (await blobs.LinkAsync(key, file.Name, context.RequestAborted) is { } address)
            {
                context.Response.StatusCode = StatusCodes.Status302Found;
                context.Response.Headers.Location = address.AbsoluteUri;
                context.Response.Headers.CacheControl = "no-store";
                return;
            }
        }

        await SendConditionallyAsync(context, entry, file);
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

    private async Task SendAsync(HttpContext context, FileEntry entry, StoredFile file)
    {
        var range = RangeOf(context, file);
        var key = new BlobKey(context.Instance().Id, entry.Id, file.VersionId);
        await using var content = await blobs.OpenAsync(key, range, context.RequestAborted) ?? throw FileTrees.NotFound();

        var response = context.Response;
        if (IsLeftToProxy(context.Request) && content.RelativePath is { } place)
        {
            // It cuts the range out as well.
            response.Headers[AccelHeader] = options.Value.AccelLocation + place;
            return;
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
            return;
        if (content.LocalPath is { } path)
            await response.SendFileAsync(path, range?.Offset ?? 0, length, context.RequestAborted);
        else
            await content.Stream!.CopyToAsync(response.Body, CopyBytes, context.RequestAborted);
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
