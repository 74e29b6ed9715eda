using System.Text.Json;

namespace Cozy.Web.Thumbnails;

/// <summary>The links to a file's thumbnails.</summary>
internal static class ThumbnailLinks
{
    private static readonly string[] Formats = ["tiny", "small", "medium", "large"];

    /// <summary>Whether files of a class have thumbnails.</summary>
    public static bool Has(string? fileClass) => fileClass is "image" or "pdf";

    /// <summary>Writes them as members of an object.</summary>
    public static void Write(Utf8JsonWriter json, string fileId, string secret)
    {
        foreach (var format in Formats)
            json.WriteString(format, $"/files/{Uri.EscapeDataString(fileId)}/thumbnails/{secret}/{format}");
    }
}
