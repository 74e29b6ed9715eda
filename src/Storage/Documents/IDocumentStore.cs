namespace Cozy.Storage.Documents;

/// <summary>
/// The document port: databases of JSON documents with CouchDB's semantics (revision trees, tombstones, a changes
/// feed). Every adapter passes the same contract tests.
/// </summary>
/// <remarks>
/// A method that writes returns only after the write is durable. Methods may be called concurrently. Failures are
/// <see cref="DocumentStoreException"/>; a missing database is one, except where a method says otherwise.
/// </remarks>
public interface IDocumentStore : IAsyncDisposable
{
    /// <summary>Whether other processes may write the same databases, so that what was read may be outdated.</summary>
    bool IsShared { get; }

    /// <summary>Fails when the store cannot serve requests.</summary>
    Task PingAsync(CancellationToken cancellationToken = default);

    /// <summary>Creates a database; false when it exists already.</summary>
    Task<bool> CreateDatabaseAsync(DatabaseName database, CancellationToken cancellationToken = default);

    /// <summary>Removes a database and all its documents; false when there is none.</summary>
    Task<bool> DeleteDatabaseAsync(DatabaseName database, CancellationToken cancellationToken = default);

    /// <summary>Facts on a database; null when it does not exist.</summary>
    Task<DatabaseInfo?> GetInfoAsync(DatabaseName database, CancellationToken cancellationToken = default);

    /// <summary>All databases of a partition in name order; of all partitions when it is null.</summary>
    Task<IReadOnlyList<DatabaseName>> ListDatabasesAsync(
        string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Removes all databases of a partition. Does nothing when there are none.</summary>
    Task DeletePartitionAsync(string partition, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads one revision of a document. A tombstone is returned as such; null means that the document, or the
    /// body of the revision asked for, is not there.
    /// </summary>
    ValueTask<StoredDocument?> GetAsync(
        DatabaseName database, string id, ReadOptions options, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads several revisions of a document (CouchDB's <c>open_revs</c>): all leaves when
    /// <paramref name="revisions"/> is null. Null when the document does not exist.
    /// </summary>
    Task<IReadOnlyList<LeafRead>?> GetLeavesAsync(
        DatabaseName database, string id, IReadOnlyList<Revision>? revisions, bool latest, bool withRevisions,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Applies ordinary edits, each on its own: one that conflicts does not stop the others. Results are in the
    /// order of the edits. The database is created when it is missing.
    /// </summary>
    Task<IReadOnlyList<EditResult>> EditAsync(
        DatabaseName database, IReadOnlyList<DocumentEdit> edits, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds revisions made elsewhere; those already known are left alone. Returns the failures only. The database
    /// is created when it is missing.
    /// </summary>
    Task<IReadOnlyList<EditResult>> ReplicateAsync(
        DatabaseName database, IReadOnlyList<ReplicatedEdit> edits, CancellationToken cancellationToken = default);

    /// <summary>Lists documents by id.</summary>
    Task<DocumentPage> ListAsync(
        DatabaseName database, ListQuery query, CancellationToken cancellationToken = default);

    /// <summary>Reads a page of the changes feed.</summary>
    Task<ChangesPage> ReadChangesAsync(
        DatabaseName database, ChangesQuery query, CancellationToken cancellationToken = default);

    /// <summary>Tells which of the given revisions are missing; documents that lack none are left out.</summary>
    Task<IReadOnlyDictionary<string, RevisionsDiff>> DiffRevisionsAsync(
        DatabaseName database, IReadOnlyDictionary<string, IReadOnlyList<Revision>> revisions,
        CancellationToken cancellationToken = default);

    /// <summary>Reads a <c>_local</c> document; null when there is none.</summary>
    Task<LocalDocument?> GetLocalAsync(
        DatabaseName database, string id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes a <c>_local</c> document and returns its new revision, one more than
    /// <paramref name="revision"/> (<c>0-N</c>), whatever is stored.
    /// </summary>
    Task<string> PutLocalAsync(
        DatabaseName database, string id, string? revision, ReadOnlyMemory<byte> members,
        CancellationToken cancellationToken = default);

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

    /// <summary>Deletes a <c>_local</c> document; false when there is none.</summary>
    Task<bool> DeleteLocalAsync(DatabaseName database, string id, CancellationToken cancellationToken = default);
}
