using MimeKit;

namespace Cozy.Grains.Files;

/// <summary>The media type of a file and the class that apps filter by.</summary>
internal static class MediaTypes
{
    private const string Unknown = "application/octet-stream";

    private static readonly HashSet<string> ZipTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "application/zip", "application/gzip", "application/x-gzip", "application/x-tar", "application/x-7z-compressed",
        "application/x-rar-compressed", "application/vnd.rar", "application/x-bzip2", "application/x-xz",
    };

    private static readonly HashSet<string> CodeTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "application/javascript", "application/json", "application/xml", "application/x-sh", "application/x-php",
        "application/ecmascript", "application/typescript", "text/css", "text/html", "text/javascript", "text/xml",
        "text/x-c", "text/x-python", "text/x-java-source", "text/x-go",
    };

    /// <summary>The announced type unless it says nothing; then one guessed from the name.</summary>
    public static string Resolve(string? announced, string name)
    {
        if (!string.IsNullOrEmpty(announced) && !announced.Equals(Unknown, StringComparison.OrdinalIgnoreCase))
            return announced.ToLowerInvariant();
        if (name.EndsWith(".url", StringComparison.OrdinalIgnoreCase))
            return "application/internet-shortcut";
        if (name.EndsWith(".cozy-note", StringComparison.OrdinalIgnoreCase))
            return "text/vnd.cozy.note+markdown";
        return MimeTypes.GetMimeType(name);
    }

    /// <summary>The class of a media type: <c>image</c>, <c>audio</c>, <c>text</c>, <c>files</c> and so on.</summary>
    public static string ClassOf(string type)
    {
        var slash = type.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? type : type[..slash];
        return type switch
        {
            "application/pdf" => "pdf",
            "application/internet-shortcut" => "shortcut",
            "text/csv" => "spreadsheet",
            "application/msword" or "application/rtf" or "application/vnd.oasis.opendocument.text" => "text",
            _ when type.Contains("spreadsheet", StringComparison.Ordinal)
                || type.Contains("excel", StringComparison.Ordinal) => "spreadsheet",
            _ when type.Contains("presentation", StringComparison.Ordinal)
                || type.Contains("powerpoint", StringComparison.Ordinal) => "slide",
            _ when type.Contains("wordprocessing", StringComparison.Ordinal) => "text",
            _ when CodeTypes.Contains(type) => "code",
            _ when ZipTypes.Contains(type) => "zip",
            "application/x-executable" or "application/x-msdownload" or "application/vnd.debian.binary-package" => "binary",
            _ when group is "image" or "audio" or "video" or "text" => group,
            _ => "files",
        };
    }
}
