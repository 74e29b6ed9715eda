using System.Globalization;
using System.Net;
using Cozy.Grains.Files;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Files;

/// <summary>What a request says of the file or folder it makes. Parameters and headers that are empty count as absent.</summary>
internal static class UploadParameters
{
    private const int Md5Bytes = 16;

    /// <summary>The file to upload.</summary>
    /// <exception cref="ApiException">422: a value is malformed.</exception>
    public static NewFile File(HttpContext context, string parentId, WebOptions options)
    {
        var query = context.Request.Query;
        return new NewFile
        {
            ParentId = parentId,
            Name = Name(context.Request),
            Tags = Tags(query),
            CreatedAt = Time(query["CreatedAt"]) ?? Date(context.Request),
            UpdatedAt = Time(query["UpdatedAt"]) ?? Date(context.Request),
            Executable = query["Executable"] == "true",
            Encrypted = query["Encrypted"] == "true",
            Size = Size(context.Request),
            MimeType = MediaType(context.Request),
            Author = FileAuthors.From(context, options),
        };
    }

    /// <summary>The new content of a file.</summary>
    /// <exception cref="ApiException">422: a value is malformed.</exception>
    public static NewContent Content(HttpContext context, string fileId, WebOptions options)
    {
        var query = context.Request.Query;
        return new NewContent
        {
            FileId = fileId,
            Revision = Revision(context.Request),
            Tags = Tags(query),
            UpdatedAt = Time(query["UpdatedAt"]) ?? Date(context.Request),
            Executable = query["Executable"] == "true",
            Encrypted = query["Encrypted"] == "true",
            Size = Size(context.Request),
            MimeType = MediaType(context.Request),
            Author = FileAuthors.From(context, options),
        };
    }

    /// <summary>The folder to make.</summary>
    public static NewDirectory Folder(HttpContext context, string parentId, WebOptions options)
    {
        var query = context.Request.Query;
        return new NewDirectory
        {
            ParentId = parentId,
            Name = Name(context.Request),
            Tags = Tags(query),
            CreatedAt = Time(query["CreatedAt"]) ?? Date(context.Request),
            UpdatedAt = Time(query["UpdatedAt"]) ?? Date(context.Request),
            Author = FileAuthors.From(context, options),
        };
    }

    /// <summary>The MD5 the client announces; null when it does not.</summary>
    /// <exception cref="ApiException">422: it is not the base64 of 16 bytes.</exception>
    public static byte[]? Md5(HttpRequest request)
    {
        var text = request.Headers.ContentMD5.ToString();
        if (text.Length == 0)
            return null;

        var bytes = new byte[Md5Bytes + 2];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == Md5Bytes
            ? bytes[..Md5Bytes]
            : throw ApiException.Invalid("Content-MD5", "Given Content-MD5 is invalid");
    }

    /// <summary>The revision the client saw, from <c>If-Match</c> or <c>rev</c>; null when it does not tell.</summary>
    public static string? Revision(HttpRequest request) =>
        request.Headers.IfMatch.ToString() is { Length: > 0 } header ? header
        : request.Query["rev"].ToString() is { Length: > 0 } parameter ? parameter
        : null;

    // What is really sent counts; the parameter is for clients that cannot know the header.
    private static long? Size(HttpRequest request) => request.ContentLength
        ?? (long.TryParse(request.Query["Size"], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null);

    /// <summary>The media type the client announces, without parameters; null when it does not.</summary>
    /// <exception cref="ApiException">422: malformed.</exception>
    public static string? MediaType(HttpRequest request)
    {
        var text = request.Headers.ContentType.ToString();
        if (text.Length == 0)
            return null;

        return MediaTypeHeaderValue.TryParse(text, out var type) && type.MediaType is { Length: > 0 } media
            && media.Value!.All(char.IsAscii)
                ? media.Value
                : throw ApiException.Invalid("mime", "Invalid Content-Type");
    }

    // Bytes that are no text are replaced, as everywhere else; the server's own reader leaves them escaped.
    private static string Name(HttpRequest request)
    {
        var name = request.Query["Name"].ToString();
        if (!name.Contains('%', StringComparison.Ordinal))
            return name;
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            if (pair.DecodeName().Span.Equals("Name", StringComparison.OrdinalIgnoreCase))
                return WebUtility.UrlDecode(pair.EncodedValue.ToString());
        }

        return name;
    }

    private static string[] Tags(IQueryCollection query) =>
        query["Tags"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static DateTimeOffset? Date(HttpRequest request) =>
        HeaderUtilities.TryParseDate(request.Headers.Date.ToString(), out var date) ? date : null;
}
