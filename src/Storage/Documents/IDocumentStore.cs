namespace Cozy.Storage.Documents;

/// <summary>
/// The document port: databases of JSON documents with CouchDB's semantics (revision trees, tombstones, a changes
/// feed). Every adapter passes the same contract tests.
/// </summary>
/// <remarks>
/// A method that writes returns only after the write is durable. Methods may be called concurrently. Failures are
/// <see cref="DocumentStoreException"/>; a missing database is one, except where a method says otherwise.
/// </remarks>
public interface IDocumentStore : IDocumentAccess, IAsyncDisposable
{
    /// <summary>Whether other processes may write the same databases, so that what was read may be outdated.</summary>
    bool IsShared { get; }

    /// <summary>Fails when the store cannot serve requests.</summary>
    Task PingAsync(CancellationToken cancellationToken = default);

    /// <summary>Creates a database; false when it exists already.</summary>
    Task<bool> CreateDatabaseAsync(DatabaseName database, CancellationToken cancellationToken = default);

    /// <summary>Removes a database and all its documents; false when there is none.</summary>
    Task<bool> DeleteDatabaseAsync(DatabaseName database, CancellationToken cancellationToken = default);

    /// <summary>All databases of a partition in name order; of all partitions when it is null.</summary>
    Task<IReadOnlyList<DatabaseName>> ListDatabasesAsync(
        string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Removes all databases of a partition. Does nothing when there are none.</summary>
    Task DeletePartitionAsync(string partition, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists <c>_local</c> documents by id, without the <c>_local/</c>; ids of a listing by keys that are missing are left
    /// out.
    /// </summary>
    Task<IReadOnlyList<LocalDocument>> ListLocalAsync(
        DatabaseName database, ListQuery query, CancellationToken cancellationToken = default);

    /// <summary>Opens the bytes of an attachment; null when the revision or the attachment is not there.</summary>
    /// <param name="database">The database.</param>
    /// <param name="id">The document.</param>
    /// <param name="revision">The revision; null for the winner.</param>
    /// <param name="name">The attachment.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    Task<AttachmentContent?> OpenAttachmentAsync(
        DatabaseName database, string id, Revision? revision, string name, CancellationToken cancellationToken = default);

    /// <summary>How many ancestors of each leaf are remembered.</summary>
    Task<int> GetRevisionsLimitAsync(DatabaseName database, CancellationToken cancellationToken = default);

    /// <summary>Changes how many ancestors are remembered; a document forgets its surplus at its next change.</summary>
    Task SetRevisionsLimitAsync(DatabaseName database, int limit, CancellationToken cancellationToken = default);

    /// <summary>Drops the contents of revisions that have successors, and gives room on the disk back.</summary>
    Task CompactAsync(DatabaseName database, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes leaves of documents as if they had never been; unlike deletions this is not replicated. Returns which of
    /// those named were there.
    /// </summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<Revision>>> PurgeAsync(
        DatabaseName database, IReadOnlyDictionary<string, IReadOnlyList<Revision>> revisions,
        CancellationToken cancellationToken = default);

    /// <summary>What was purged, as far as the database remembers, by id.</summary>
    Task<IReadOnlyList<PurgeRecord>> ListPurgesAsync(DatabaseName database, CancellationToken cancellationToken = default);
}
