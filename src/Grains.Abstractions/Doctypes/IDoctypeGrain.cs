using Cozy.Grains.Realtime;
using Orleans.Concurrency;

namespace Cozy.Grains.Doctypes;

/// <summary>
/// The single writer of one instance's documents of one doctype. The key is made by <see cref="DoctypeKey"/>.
/// </summary>
/// <remarks>
/// Unless it says otherwise, a method fails with NotFound and the code <c>wrong_doctype</c> as long as no document of
/// the doctype was ever written. Long answers come in pages, which are bounded in bytes too.
/// </remarks>
[Alias("cozy.IDoctypeGrain")]
public interface IDoctypeGrain : IGrainWithStringKey
{
    /// <summary>
    /// The winning revision of a document (a tombstone when it is deleted), or the revision asked for; null when
    /// there is none.
    /// </summary>
    [ReadOnly, Alias("Read")]
    ValueTask<Document?> ReadAsync(string id, string? revision = null);

    /// <summary>As <see cref="ReadAsync"/>, with facts on the document's revisions.</summary>
    [ReadOnly, Alias("ReadFacts")]
    Task<Document?> ReadFactsAsync(string id, FactsQuery query);

    /// <summary>Reads several revisions of a document; null when it does not exist.</summary>
    [ReadOnly, Alias("ReadLeaves")]
    Task<LeavesPage?> ReadLeavesAsync(string id, LeavesQuery query);

    /// <summary>Lists documents in the byte order of their ids.</summary>
    [ReadOnly, Alias("List")]
    Task<ListingPage> ListAsync(ListingQuery query);

    /// <summary>Reads on in the changes.</summary>
    [ReadOnly, Alias("ReadChanges")]
    Task<FeedPage> ReadChangesAsync(FeedQuery query);

    /// <summary>
    /// Waits for the next change, but not longer than is said. False when the time was over; another program that
    /// writes the same database is not noticed. Never fails for want of a database.
    /// </summary>
    [AlwaysInterleave, Alias("WaitForChange")]
    Task<bool> WaitForChangeAsync(TimeSpan longest);

    /// <summary>
    /// Applies edits, each on its own, and answers in their order once they are durable. The first edit of a doctype
    /// creates its database.
    /// </summary>
    [AlwaysInterleave, Alias("Edit")]
    Task<IReadOnlyList<EditOutcome>> EditAsync(IReadOnlyList<Edit> edits);

    /// <summary>
    /// Has the doctype's events told to the instance's Realtime grain from now on, as long as this is repeated every
    /// <see cref="RealtimeOptions.Heartbeat"/>.
    /// </summary>
    /// <returns>Where the events are; another period than before means that some were missed.</returns>
    [AlwaysInterleave, Alias("Watch")]
    ValueTask<EventPosition> WatchAsync();

    /// <summary>
    /// Remembers for good that a grain of the same instance (an <see cref="IDocumentListenerGrain"/>) is to be told of the
    /// doctype's changes.
    /// </summary>
    /// <returns>The sequence after which the listener is told of everything; null for everything that there will be.</returns>
    [AlwaysInterleave, Alias("AddListener")]
    Task<string?> AddListenerAsync(GrainId listener);

    /// <summary>Forgets a listener; one that is not known is no error.</summary>
    [AlwaysInterleave, Alias("RemoveListener")]
    Task RemoveListenerAsync(GrainId listener);

    /// <summary>
    /// Adds revisions made elsewhere; those already known are left alone. Returns the failures only, once the others
    /// are durable. Creates the database if need be.
    /// </summary>
    [AlwaysInterleave, Alias("Replicate")]
    Task<IReadOnlyList<EditOutcome>> ReplicateAsync(IReadOnlyList<Replica> replicas);

    /// <summary>Which of these revisions are missing here; documents that lack none are left out.</summary>
    [ReadOnly, Alias("DiffRevisions")]
    Task<IReadOnlyList<MissingRevisions>> DiffRevisionsAsync(IReadOnlyList<KnownRevisions> documents);

    /// <summary>Finds documents by a selector.</summary>
    [ReadOnly, Alias("Find")]
    Task<FoundPage> FindAsync(MangoQuery query);

    /// <summary>Tells how a query would be run, as the JSON of CouchDB's <c>_explain</c>.</summary>
    [ReadOnly, Alias("Explain")]
    Task<ReadOnlyMemory<byte>> ExplainAsync(MangoQuery query);

    /// <summary>Makes an index. Creates the database if need be.</summary>
    /// <param name="body">The body of an <c>_index</c> request.</param>
    [AlwaysInterleave, Alias("CreateIndex")]
    Task<IndexOutcome> CreateIndexAsync(ReadOnlyMemory<byte> body);

    /// <summary>The indexes, each as CouchDB lists it.</summary>
    [ReadOnly, Alias("ListIndexes")]
    Task<IReadOnlyList<ReadOnlyMemory<byte>>> ListIndexesAsync();

    /// <summary>Removes an index, and with the last one its design document; false when there is none.</summary>
    [AlwaysInterleave, Alias("DeleteIndex")]
    Task<bool> DeleteIndexAsync(string designDocument, string name);

    /// <summary>A local document, which is never replicated; null when there is none.</summary>
    [ReadOnly, Alias("ReadLocal")]
    Task<LocalNote?> ReadLocalAsync(string id);

    /// <summary>Writes a local document and returns its new revision, one more than the one given.</summary>
    [AlwaysInterleave, Alias("WriteLocal")]
    Task<string> WriteLocalAsync(string id, string? revision, ReadOnlyMemory<byte> members);

    /// <summary>Deletes a local document; false when there is none.</summary>
    [AlwaysInterleave, Alias("DeleteLocal")]
    Task<bool> DeleteLocalAsync(string id);

    /// <summary>Facts on the doctype's database; null when there is none.</summary>
    [ReadOnly, Alias("Describe")]
    Task<DoctypeFacts?> DescribeAsync();

    /// <summary>Creates the database; false when it exists already.</summary>
    [AlwaysInterleave, Alias("CreateDatabase")]
    Task<bool> CreateDatabaseAsync();

    /// <summary>Deletes the database with all its documents; false when there is none.</summary>
    [AlwaysInterleave, Alias("DeleteDatabase")]
    Task<bool> DeleteDatabaseAsync();

    /// <summary>Drops what is remembered of the documents, because they are destroyed with their instance.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync();
}
