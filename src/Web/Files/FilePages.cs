using System.Globalization;
using Cozy.Grains.Files;
using Cozy.Grains.Pdf;
using Cozy.Storage.Blobs;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Files;

/// <summary>Single pages of files that are PDFs.</summary>
internal sealed class FilePages(IBlobStore blobs, IPdfPages pdfs)
{
    private const string Parameter = "Page";

    /// <summary>The page that a request for a content names; null when it is for the whole of it.</summary>
    /// <exception cref="ApiException">422: it is no number.</exception>
    public static int? Wanted(HttpRequest request)
    {
        var text = request.Query[Parameter].ToString();
        if (text.Length == 0)
            return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiException.Invalid(Parameter, "The page is no number.");
    }

    /// <summary>The name of a page: <c>bill (2).pdf</c>.</summary>
    public static string NameOf(string name, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(name)} ({number}){Path.GetExtension(name)}");

    /// <summary>Takes pages out of a content: see <see cref="IPdfPages.ExtractAsync"/>.</summary>
    public Task<ExtractedPages> ExtractAsync(HttpContext context, string fileId, StoredFile file, IReadOnlyList<int> numbers)
    {
        var key = new BlobKey(context.Instance().Id, fileId, file.VersionId);
        return pdfs.ExtractAsync(new PdfSource(key.Instance, key.VersionId, file.Size, OpenAsync), numbers, context.RequestAborted);

        async Task<Stream> OpenAsync(CancellationToken cancellationToken)
        {
            var content = await blobs.OpenAsync(key, null, cancellationToken) ?? throw FileTrees.NotFound();
            return content.Stream ?? File.OpenRead(content.LocalPath!);
        }
    }

    /// <summary>
    /// Answers with a page as a document. It is made anew each time and not the same to the byte, so there are no ranges of it.
    /// </summary>
    public async Task SendAsync(HttpContext context, FileEntry entry, FileVersion? version, int number)
    {
        if (entry.IsDirectory)
            throw FileTrees.NotFound();
        var file = version is null ? StoredFile.From(entry) : StoredFile.From(entry, version);
        var etag = new EntityTagHeaderValue(
            string.Create(CultureInfo.InvariantCulture, $"\"{file.ETag.Tag.AsSpan().Trim('"')}-page-{number}\""), isWeak: true);
        var isAttachment = context.Request.Query["Dl"] == "1";
        var response = context.Response;
        switch (ConditionalRequest.Evaluate(context.Request, etag, file.ModifiedAt))
        {
            case Condition.Failed:
                response.StatusCode = StatusCodes.Status412PreconditionFailed;
                return;
            case Condition.NotModified:
                response.StatusCode = StatusCodes.Status304NotModified;
                response.Headers.ETag = etag.ToString();
                return;
        }

        await using var pages = await ExtractAsync(context, entry.Id, file, [number]);
        response.Headers.ContentDisposition = ContentDisposition.For(NameOf(file.Name, number), isAttachment);
        response.Headers.ETag = etag.ToString();
        response.Headers.LastModified = HeaderUtilities.FormatDate(file.ModifiedAt);
        response.Headers.AcceptRanges = "none";
        response.ContentType = "application/pdf";
        response.ContentLength = pages.Lengths[0];
        if (isAttachment)
            response.Headers.ContentSecurityPolicy += "form-action 'none';";
        if (!HttpMethods.IsHead(context.Request.Method))
            await pages.CopyToAsync(response.Body, 0, context.RequestAborted);
    }
}
