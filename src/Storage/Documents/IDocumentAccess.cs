using Cozy.Storage.Documents.Mango;

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

    /// <summary>
    /// Makes an index, in a design document of the language <c>query</c>; the documents that exist already enter it in
    /// the background, and a query that needs it waits for that. Design documents may also be written, copied, replicated
    /// and deleted like any other: the indexes follow. The database is created when it is missing.
    /// </summary>
    Task<IndexCreation> CreateIndexAsync(
        DatabaseName database, IndexRequest request, CancellationToken cancellationToken = default);

    /// <summary>The indexes of a database, in the order of their design documents and names; the one by id comes first.</summary>
    Task<IReadOnlyList<MangoIndex>> ListIndexesAsync(DatabaseName database, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes an index, and with the last one its design document; false when there is no such index.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="designDocument">The id of the design document, <c>_design/…</c>.</param>
    /// <param name="name">The index's name in it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<bool> DeleteIndexAsync(
        DatabaseName database, string designDocument, string name, CancellationToken cancellationToken = default);

    /// <summary>Finds documents by a selector.</summary>
    /// <exception cref="DocumentStoreException">
    /// No index can sort so (<c>no_usable_index</c>), the index demanded does not fit (<c>invalid_index</c>), none fits and
    /// one is required (<c>no_index</c>), or the query is too expensive.
    /// </exception>
    Task<FindResult> FindAsync(DatabaseName database, FindQuery query, CancellationToken cancellationToken = default);

    /// <summary>Tells how a query would be run: the object of CouchDB's <c>_explain</c>, as JSON.</summary>
    Task<ReadOnlyMemory<byte>> ExplainAsync(
        DatabaseName database, FindQuery query, CancellationToken cancellationToken = default);
}
