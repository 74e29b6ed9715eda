namespace Cozy.Storage.Blobs;

/// <summary>
/// The thumbnails of files: small, cheap to make again, and each good for one content of its file alone. They are kept
/// beside the contents and go away with their instance. Failures are <see cref="BlobStoreException"/>.
/// </summary>
public interface IThumbnailStore
{
    /// <summary>Keeps a thumbnail in place of the one the file had in this format; no reader sees half of it.</summary>
    /// <param name="key">Which one.</param>
    /// <param name="image">The image; empty to remember that none can be made of this content.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task PutAsync(ThumbnailKey key, ReadOnlyMemory<byte> image, CancellationToken cancellationToken = default);

    /// <summary>
    /// A thumbnail; null when it was not made, or of another content of the file; empty when none can be made.
    /// </summary>
    Task<ReadOnlyMemory<byte>?> GetAsync(ThumbnailKey key, CancellationToken cancellationToken = default);

    /// <summary>The files of an instance that have thumbnails, in no order; one may come several times.</summary>
    IAsyncEnumerable<string> ListAsync(string instance, CancellationToken cancellationToken = default);

    /// <summary>Removes all thumbnails of files; those that do not exist are no error.</summary>
    Task DeleteAsync(string instance, IReadOnlyCollection<string> fileIds, CancellationToken cancellationToken = default);
}

/// <summary>Which thumbnail.</summary>
/// <param name="Instance">The instance's id.</param>
/// <param name="FileId">The file's document id.</param>
/// <param name="Format">Its format, such as <c>tiny</c>.</param>
/// <param name="ContentMd5">The MD5 of the content it is made of, in hex.</param>
public readonly record struct ThumbnailKey(string Instance, string FileId, string Format, string ContentMd5)
{
    /// <summary>The formats there are, the largest first.</summary>
    public static readonly IReadOnlyList<string> Formats = ["large", "medium", "small", "tiny"];
}
