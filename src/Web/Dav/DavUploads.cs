using System.Globalization;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Files;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using FileAccess = Cozy.Web.Files.FileAccess;

namespace Cozy.Web.Dav;

/// <summary><c>PUT</c>: a new file, or a new content of one, whose former content becomes a version.</summary>
internal sealed class DavUploads(DavTree tree, DavConditions conditions, FileUploads contents, IOptions<WebOptions> options)
{
    // What ownCloud's clients send, rclone among them, to keep the time of a file.
    private const string ModifiedHeader = "X-OC-Mtime";
    private const string ChecksumHeader = "OC-Checksum";
    private const string Md5Prefix = "MD5:";
    private const int Md5Digits = 32;

    /// <summary>Answers 201 or 204 with the new entity tag.</summary>
    public async Task PutAsync(HttpContext context)
    {
        var path = DavPath.Of(context);
        if (context.Request.Headers.ContainsKey("Content-Range"))
            throw ApiException.BadRequest("a part of a file cannot be written");
        if (context.Request.Headers.ContentEncoding.ToString() is not ("" or "identity"))
            throw new ApiException(ApiError.Api(StatusCodes.Status415UnsupportedMediaType, "A content is kept as it is; send it unpacked."));
        var existing = await tree.FindAsync(context, path);
        if (existing is { IsDirectory: true })
            throw DavErrors.NotAllowed("It is a folder.");
        CheckConditions(context.Request, existing);

        FileEntry entry;
        if (existing is null)
        {
            var request = await NewAsync(context, path);
            await conditions.RequireAsync(context, new DavChange(path, IsMembership: true));
            entry = await contents.CreateAsync(context, request, Md5(context.Request));
        }
        else
        {
            await FileAccess.RequireAsync(context.Caller(), Verbs.Put, tree.Of(context), existing);
            await conditions.RequireAsync(context, new DavChange(path));
            entry = await contents.OverwriteAsync(context, existing, Replacement(context, existing), Md5(context.Request));
        }

        var response = context.Response;
        response.StatusCode = existing is null ? StatusCodes.Status201Created : StatusCodes.Status204NoContent;
        response.Headers.ETag = StoredFile.From(entry).ETag.ToString();
        if (ModifiedAt(context.Request) is not null)
            response.Headers[ModifiedHeader] = "accepted";
    }

    /// <summary>Makes an empty file; the request's body must have been read.</summary>
    public async Task CreateEmptyAsync(HttpContext context, string path) =>
        await contents.CreateAsync(context, (await NewAsync(context, path)) with { Size = 0, MimeType = null }, null);

    private static void CheckConditions(HttpRequest request, FileEntry? existing)
    {
        var holds = existing is null
            ? request.Headers.IfMatch.Count == 0
            : ConditionalRequest.Evaluate(request, StoredFile.From(existing).ETag, StoredFile.From(existing).ModifiedAt) == Condition.Holds;
        if (!holds)
            throw DavErrors.PreconditionFailed("The file is not as the request expects it.");
    }

    private async Task<NewFile> NewAsync(HttpContext context, string path)
    {
        var parent = await tree.GetParentAsync(context, path);
        var modified = ModifiedAt(context.Request);
        return new NewFile
        {
            ParentId = parent.Id,
            Name = DavPath.NameOf(path),
            CreatedAt = modified,
            UpdatedAt = modified,
            Size = Size(context.Request),
            MimeType = UploadParameters.MediaType(context.Request),
            Author = FileAuthors.From(context, options.Value),
        };
    }

    private NewContent Replacement(HttpContext context, FileEntry existing)
    {
        var created = StoredFile.From(existing).CreatedAt.AddSeconds(1);
        return new NewContent
        {
            FileId = existing.Id,
            Revision = context.Request.Headers.IfMatch.Count > 0 ? existing.Revision : null,
            UpdatedAt = ModifiedAt(context.Request) is { } modified && modified < created ? created : ModifiedAt(context.Request),
            Size = Size(context.Request),
            MimeType = UploadParameters.MediaType(context.Request),
            Author = FileAuthors.From(context, options.Value),
        };
    }

    // macOS announces the length of a chunked body in a header of its own.
    private static long? Size(HttpRequest request) => request.ContentLength
        ?? (long.TryParse(request.Headers["X-Expected-Entity-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null);

    /// <summary>The MD5 the client says the content has; of other checksums nothing is known here.</summary>
    private static byte[]? Md5(HttpRequest request)
    {
        if (UploadParameters.Md5(request) is { } md5)
            return md5;
        var said = request.Headers[ChecksumHeader].ToString().Split(' ').FirstOrDefault(text => text.StartsWith(Md5Prefix, StringComparison.OrdinalIgnoreCase));
        if (said is null)
            return null;
        var digits = said[Md5Prefix.Length..];
        return digits.Length == Md5Digits && digits.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(digits)
            : throw ApiException.BadRequest("the OC-Checksum header is malformed");
    }

    private static DateTimeOffset? ModifiedAt(HttpRequest request) =>
        double.TryParse(request.Headers[ModifiedHeader], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and < 253_402_300_800
            ? DateTimeOffset.UnixEpoch.AddSeconds(Math.Floor(seconds))
            : null;
}
