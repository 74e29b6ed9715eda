namespace Cozy.Storage.Documents;

/// <summary>
/// The part of the document port that works on the documents of a database. What speaks CouchDB's protocol needs no
/// more, so it also stands in front of what is not a store itself.
/// </summary>
public interface IDocumentAccess
{
    /// <summary>Facts on a database; null when it does not exist.</summary>
    Task<DatabaseInfo?> GetInfoAsync(DatabaseName database, CancellationToken cancellationToken = default);

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

    /// <summary>Deletes a <c>_local</c> document; false when there is none.</summary>
    Task<bool> DeleteLocalAsync(DatabaseName database, string id, CancellationToken cancellationToken = default);
}
