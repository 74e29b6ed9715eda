namespace Cozy.Storage.Documents;

/// <summary>Which documents to list, in the byte order of their ids (CouchDB's <c>_all_docs</c>).</summary>
public sealed record ListQuery
{
    /// <summary>Exactly these ids, in this order (reversed when <see cref="Descending"/>); bounds do not apply.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>The first id, included.</summary>
    public string? StartKey { get; init; }

    /// <summary>The last id.</summary>
    public string? EndKey { get; init; }

    /// <summary>Whether <see cref="EndKey"/> itself belongs to the range.</summary>
    public bool InclusiveEnd { get; init; } = true;

    /// <summary>From the last to the first; then <see cref="StartKey"/> is the greater bound.</summary>
    public bool Descending { get; init; }

    /// <summary>At most so many rows; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>How many rows to leave out in front.</summary>
    public int Skip { get; init; }

    /// <summary>Whether rows carry the documents.</summary>
    public bool IncludeDocuments { get; init; }

    /// <summary>
    /// Stop in front of the row with which the documents would be more than so many bytes, though never before the first;
    /// null for no bound. A store that reads over the network may ignore it.
    /// </summary>
    public long? MaxBytes { get; init; }

    /// <summary>Whether <see cref="DocumentPage.Offset"/> is wanted, which takes the longer the more come before.</summary>
    public bool CountOffset { get; init; } = true;
}

/// <summary>One row of a listing.</summary>
/// <param name="Id">The document's id, or the key asked for.</param>
/// <param name="Revision">The winner; null when no such document ever existed.</param>
/// <param name="Deleted">The winner is a tombstone (only in listings by keys).</param>
/// <param name="Document">The winner's content when asked for.</param>
public sealed record DocumentRow(string Id, Revision? Revision, bool Deleted, StoredDocument? Document);

/// <summary>A page of a listing.</summary>
/// <param name="TotalRows">How many documents the database has.</param>
/// <param name="Offset">How many documents come before the first row; null in listings by keys.</param>
/// <param name="Rows">The rows.</param>
public sealed record DocumentPage(long TotalRows, long? Offset, IReadOnlyList<DocumentRow> Rows)
{
    /// <summary>Whether <see cref="ListQuery.MaxBytes"/> ended the page before all that was asked for was in it.</summary>
    public bool IsCut { get; init; }
}

/// <summary>Which changes to read, in the order in which they happened.</summary>
public sealed record ChangesQuery
{
    /// <summary>Only changes after this sequence; null for all, <c>now</c> for none yet.</summary>
    public string? Since { get; init; }

    /// <summary>At most so many; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>From the newest to the oldest.</summary>
    public bool Descending { get; init; }

    /// <summary>How many changes to leave out in front; the only way to go on in a feed that runs backwards.</summary>
    public int Skip { get; init; }

    /// <summary>Whether changes carry the documents.</summary>
    public bool IncludeDocuments { get; init; }

    /// <summary>List every leaf of a document, not only the winner (<c>style=all_docs</c>).</summary>
    public bool AllLeaves { get; init; }

    /// <summary>Only changes of these documents.</summary>
    public IReadOnlyCollection<string>? DocumentIds { get; init; }

    /// <summary>As <see cref="ListQuery.MaxBytes"/>.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Whether <see cref="ChangesPage.Pending"/> is wanted, which takes the longer the more there are.</summary>
    public bool CountPending { get; init; } = true;
}

/// <summary>The newest change of one document.</summary>
/// <param name="Sequence">Its place in the feed; opaque but for the number in front of its dash.</param>
/// <param name="Id">The document.</param>
/// <param name="Leaves">The winner, then the other leaves if asked for.</param>
/// <param name="Deleted">The winner is a tombstone.</param>
/// <param name="Document">The winner's content when asked for.</param>
public sealed record DocumentChange(
    string Sequence, string Id, IReadOnlyList<Revision> Leaves, bool Deleted, StoredDocument? Document);

/// <summary>A page of the changes feed.</summary>
/// <param name="Results">The changes.</param>
/// <param name="LastSequence">Where to go on from.</param>
/// <param name="Pending">How many changes come after this page.</param>
public sealed record ChangesPage(IReadOnlyList<DocumentChange> Results, string LastSequence, long Pending)
{
    /// <summary>Whether <see cref="ChangesQuery.MaxBytes"/> ended the page before all that was asked for was in it.</summary>
    public bool IsCut { get; init; }
}

/// <summary>Facts on a database.</summary>
/// <param name="DocumentCount">Documents that are not deleted, design documents included.</param>
/// <param name="DeletedCount">Tombstones.</param>
/// <param name="UpdateSequence">The sequence of the newest change.</param>
/// <param name="Bytes">The size of the documents, in bytes, approximately.</param>
public sealed record DatabaseInfo(long DocumentCount, long DeletedCount, string UpdateSequence, long Bytes)
{
    /// <summary>The sequence of the newest purge.</summary>
    public string PurgeSequence { get; init; } = "0";

    /// <summary>When the database was created; the beginning of 1970 when that is not known.</summary>
    public DateTimeOffset Created { get; init; } = DateTimeOffset.UnixEpoch;
}

/// <summary>What one request has purged of a document.</summary>
/// <param name="Id">The document.</param>
/// <param name="Revisions">The revisions that were named.</param>
public sealed record PurgeRecord(string Id, IReadOnlyList<Revision> Revisions);
