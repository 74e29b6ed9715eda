using System.Globalization;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>
/// Names of containers and objects. Those of contents are the original's third layout, so that its containers can be
/// taken over; marks of pending uploads and segments of large objects have prefixes of their own beside them.
/// </summary>
internal static class SwiftNames
{
    public const string PendingPrefix = "pending/";
    public const string SegmentsPrefix = "segments/";
    public const string ThumbnailsPrefix = "thumbs/";

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

    private static string Cut(string fileId) => fileId.Length == UuidLength
        ? $"{fileId[..FirstCut]}/{fileId[FirstCut..SecondCut]}/{fileId[SecondCut..]}"
        : fileId;
}
