namespace Cozy.Storage.Blobs;

/// <summary>
/// The blob port: the contents of files, addressed by file and version, so that a rename moves nothing and an
/// overwrite never touches what is being read. Every adapter passes the same contract tests.
/// </summary>
/// <remarks>
/// An upload goes through three states. While it is written nobody can read it. <see cref="IBlobUpload.CompleteAsync"/>
/// makes it durable and readable but leaves it <em>pending</em>. <see cref="ConfirmAsync"/>, called once the metadata
/// that refers to it is durable, ends that. What a crash leaves pending is listed by <see cref="ListPendingAsync"/>, so
/// that the owner of the metadata can confirm or delete it: nothing is lost and nothing is orphaned.
/// Failures are <see cref="BlobStoreException"/>.
/// </remarks>
public interface IBlobStore : IAsyncDisposable
{
    /// <summary>The thumbnails of the files whose contents are here.</summary>
    IThumbnailStore Thumbnails { get; }

    /// <summary>Fails when the store cannot serve requests.</summary>
    Task PingAsync(CancellationToken cancellationToken = default);

    /// <summary>Starts to write the content <paramref name="key"/> names; the key must be new.</summary>
    /// <param name="key">The content's address.</param>
    /// <param name="length">The length in bytes when it is known; lets the store choose how to keep it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task<IBlobUpload> BeginUploadAsync(BlobKey key, long? length, CancellationToken cancellationToken = default);

    /// <summary>Ends the pending state of a completed upload. Repeating it does nothing.</summary>
    Task ConfirmAsync(BlobKey key, CancellationToken cancellationToken = default);

    /// <summary>
    /// The uploads of an instance that are not confirmed and that no running upload is responsible for any more.
    /// </summary>
    Task<IReadOnlyList<BlobKey>> ListPendingAsync(string instance, CancellationToken cancellationToken = default);

    /// <summary>Opens a content, or a range of it, to read; null when it does not exist.</summary>
    /// <param name="key">The content's address.</param>
    /// <param name="range">Which bytes; null for all. Must lie inside the content.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task<BlobContent?> OpenAsync(BlobKey key, BlobRange? range = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// An address at which anybody can save the content under a name for some minutes, without the server in between; null when
    /// the store has none, or is not configured to.
    /// </summary>
    ValueTask<Uri?> LinkAsync(BlobKey key, string fileName, CancellationToken cancellationToken = default) => new((Uri?)null);

    /// <summary>
    /// All contents of an instance, in no order. What is added or removed meanwhile may be among them or not.
    /// </summary>
    IAsyncEnumerable<BlobListing> ListAsync(string instance, CancellationToken cancellationToken = default);

    /// <summary>Removes contents; those that do not exist are no error.</summary>
    Task DeleteAsync(IReadOnlyCollection<BlobKey> keys, CancellationToken cancellationToken = default);

    /// <summary>Removes every content of an instance.</summary>
    Task DeleteInstanceAsync(string instance, CancellationToken cancellationToken = default);
}

/// <summary>Where a content is kept.</summary>
/// <param name="Instance">The instance's id.</param>
/// <param name="FileId">The file's document id.</param>
/// <param name="VersionId">Which content of the file; new for every upload.</param>
public readonly record struct BlobKey(string Instance, string FileId, string VersionId);

/// <summary>A content in a listing.</summary>
/// <param name="Key">Its address.</param>
/// <param name="Length">Its length in bytes; null when only reading it would tell.</param>
/// <param name="Md5">Its MD5 in hex as the store knows it; null when only reading it would tell.</param>
/// <param name="MayBePending">An upload may still be responsible for it, or have left it unconfirmed.</param>
public sealed record BlobListing(BlobKey Key, long? Length, string? Md5, bool MayBePending)
{
    /// <summary>It is what was left of a content: it cannot be opened, but takes room until it is removed.</summary>
    public bool IsRest { get; init; }
}

/// <summary>A range of bytes.</summary>
/// <param name="Offset">The first byte.</param>
/// <param name="Length">How many bytes.</param>
public readonly record struct BlobRange(long Offset, long Length);

/// <summary>The length and MD5 of what was uploaded, as the sender of the bytes computed them.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Md5">The 16 bytes of the MD5.</param>
public sealed record BlobDigest(long Length, ReadOnlyMemory<byte> Md5);

/// <summary>
/// A content being written. Disposing it before it is complete leaves nothing behind. Once it is complete, dispose it
/// only when the metadata is written or given up: until then it is not among <see cref="IBlobStore.ListPendingAsync"/>.
/// </summary>
public interface IBlobUpload : IAsyncDisposable
{
    /// <summary>Appends bytes. The memory may be reused as soon as the call ends.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>Makes the content durable and readable, still pending; fails when the digest does not match.</summary>
    Task CompleteAsync(BlobDigest digest, CancellationToken cancellationToken = default);
}

/// <summary>A content opened to read.</summary>
public sealed class BlobContent(Stream? stream, string? localPath, long length) : IAsyncDisposable
{
    /// <summary>The bytes asked for; null when <see cref="LocalPath"/> is set.</summary>
    public Stream? Stream { get; } = stream;

    /// <summary>The file that holds the whole content, for a server that can send files by path.</summary>
    public string? LocalPath { get; } = localPath;

    /// <summary>Where that file is below the store's folder, with <c>/</c> between; null when there is no such file.</summary>
    public string? RelativePath { get; init; }

    /// <summary>The length of the whole content in bytes.</summary>
    public long Length { get; } = length;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>What kind of failure a blob store met.</summary>
public enum BlobError
{
    /// <summary>What arrived is not what was sent: length or MD5 differ. Nothing was kept.</summary>
    Mismatch,

    /// <summary>The store has no room; nothing was kept.</summary>
    Full,

    /// <summary>The content is larger than the store accepts.</summary>
    TooLarge,

    /// <summary>The store cannot be reached, or refuses.</summary>
    Unavailable,
}

/// <summary>A failure of a blob store.</summary>
public sealed class BlobStoreException(BlobError kind, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What kind of failure it is.</summary>
    public BlobError Kind { get; } = kind;
}
