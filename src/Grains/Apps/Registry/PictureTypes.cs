namespace Cozy.Grains.Apps.Registry;

/// <summary>The media types of icons and screenshots.</summary>
internal static class PictureTypes
{
    /// <summary>The type by the ending of a name; null for what is no picture.</summary>
    public static string? Of(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        _ => null,
    };
}
