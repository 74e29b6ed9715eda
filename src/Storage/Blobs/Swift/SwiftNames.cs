using System.Globalization;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>
/// Names of containers and objects. Those of contents are the original's third layout, so that its containers can be
/// taken over; marks of pending uploads and segments of large objects have prefixes of their own beside them.
/// </summary>
internal static class SwiftNames
{
    public const string PendingPrefix = PendingFolder + "/";
    public const string SegmentsPrefix = SegmentsFolder + "/";
    public const string ThumbnailsPrefix = ThumbnailsFolder + "/";

    private const string PendingFolder = "pending";
    private const string SegmentsFolder = "segments";
    private const string ThumbnailsFolder = "thumbs";

    // A file id as CouchDB makes them; cut so that listings by prefix stay small.
    private const int UuidLength = 32;
    private const int FirstCut = 22;
    private const int SecondCut = 27;

    public static string Container(string instance) => $"cozy-v3-{instance}";

    public static string Content(BlobKey key) => $"{Cut(key.FileId)}/{key.VersionId}";

    public static string Thumbnail(string fileId, string format) => $"{ThumbnailsPrefix}{Cut(fileId)}-{format}";

    public static string Pending(BlobKey key) => $"{PendingPrefix}{key.FileId}/{key.VersionId}";

    /// <summary>The prefix of a content's segments.</summary>
    public static string Segments(BlobKey key) => $"{SegmentsPrefix}{key.FileId}/{key.VersionId}/";

    /// <summary>One segment, counted from 0; names sort in order.</summary>
    public static string Segment(BlobKey key, int number) =>
        Segments(key) + number.ToString("d8", CultureInfo.InvariantCulture);

    /// <summary>The key in the name of a mark or a segment; null when it is neither.</summary>
    public static BlobKey? KeyOf(string instance, string name)
    {
        var parts = name.Split('/');
        return (parts[0] + '/', parts.Length) is (PendingPrefix, 3) or (SegmentsPrefix, 4)
            ? new BlobKey(instance, parts[1], parts[2])
            : null;
    }

    /// <summary>The key in the name of a content; null when it is none.</summary>
    public static BlobKey? ContentKeyOf(string instance, string name) => name.Split('/') switch
    {
        [PendingFolder or SegmentsFolder or ThumbnailsFolder, ..] => null,
        [{ Length: FirstCut } a, { Length: SecondCut - FirstCut } b, { Length: UuidLength - SecondCut } c, var version] =>
            new BlobKey(instance, a + b + c, version),
        [var file, var version] => new BlobKey(instance, file, version),
        _ => null,
    };

    /// <summary>The file in the name of a thumbnail; null when it is none.</summary>
    public static string? ThumbnailFileOf(string name)
    {
        var dash = name.LastIndexOf('-');
        // Images of notes are kept there too, in formats of their own.
        return dash < ThumbnailsPrefix.Length || !ThumbnailKey.Formats.Contains(name[(dash + 1)..]) ? null
            : name[ThumbnailsPrefix.Length..dash].Replace("/", "", StringComparison.Ordinal);
    }

    private static string Cut(string fileId) => fileId.Length == UuidLength
        ? $"{fileId[..FirstCut]}/{fileId[FirstCut..SecondCut]}/{fileId[SecondCut..]}"
        : fileId;
}
