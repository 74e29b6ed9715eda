namespace Cozy.Web.Files;

/// <summary>The sizes thumbnails come in.</summary>
internal static class ThumbnailFormats
{
    /// <summary>Their names, smallest first.</summary>
    public static readonly IReadOnlyList<string> All = ["tiny", "small", "medium", "large"];
}
