using MimeKit;

namespace Cozy.Grains.Files;

/// <summary>The media type of a file and the class that apps filter by.</summary>
public static class MediaTypes
{
    /// <summary>The type of what nobody knows.</summary>
    public const string Unknown = "application/octet-stream";

    /// <summary>
    /// The announced type unless it says nothing; then one guessed from the name, or else what the content shows.
    /// </summary>
    public static string Resolve(string? announced, string name, string? sniffed)
    {
        if (name.EndsWith(".url", StringComparison.OrdinalIgnoreCase))
            return WellKnownFiles.ShortcutType;
        if (!string.IsNullOrEmpty(announced) && !announced.Equals(Unknown, StringComparison.OrdinalIgnoreCase))
        {
            return announced.Equals("text/xml", StringComparison.OrdinalIgnoreCase)
                && name.EndsWith(".svg", StringComparison.OrdinalIgnoreCase)
                    ? "image/svg+xml"
                    : announced.ToLowerInvariant();
        }

        return FromName(name) is var guessed && guessed != Unknown ? guessed : sniffed ?? Unknown;
    }

    /// <summary>The type that the end of a name stands for.</summary>
    public static string FromName(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 ? Unknown : name[dot..].ToLowerInvariant() switch
        {
            ".url" => WellKnownFiles.ShortcutType,
            ".cozy-note" => "text/vnd.cozy.note+markdown",
            ".md" or ".markdown" => "text/markdown",
            ".heic" => "image/heic",
            ".heif" => "image/heif",
            ".webp" => "image/webp",
            ".gz" => "application/gzip",
            var extension => MimeTypes.GetMimeType(extension),
        };
    }

    /// <summary>The class of a media type: <c>image</c>, <c>audio</c>, <c>text</c>, <c>files</c> and so on.</summary>
    public static string ClassOf(string type) => type switch
    {
        Unknown => "files",
        "application/x-apple-diskimage" or "application/x-msdownload" => "binary",
        "text/html" or "text/css" or "text/xml" or "application/js" or "text/x-c" or "text/x-go" or "text/x-python"
            or "application/x-ruby" => "code",
        "application/pdf" => "pdf",
        "application/vnd.ms-powerpoint" or "application/x-iwork-keynote-sffkey"
            or "application/vnd.oasis.opendocument.presentation" or "application/vnd.oasis.opendocument.graphics"
            or "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "slide",
        "application/vnd.ms-excel" or "application/x-iwork-numbers-sffnumbers"
            or "application/vnd.oasis.opendocument.spreadsheet"
            or "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "spreadsheet",
        "application/msword" or "application/x-iwork-pages-sffpages" or "application/vnd.oasis.opendocument.text"
            or "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "text",
        "application/x-7z-compressed" or "application/x-rar-compressed" or "application/zip" or "application/gzip"
            or "application/x-tar" => "zip",
        WellKnownFiles.ShortcutType => "shortcut",
        _ => type.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? type[..slash] : type,
    };
}
