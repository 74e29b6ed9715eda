namespace Cozy.Storage.Documents;

/// <summary>One revision of a document as it is kept.</summary>
/// <param name="Id">The document's <c>_id</c>.</param>
/// <param name="Revision">The revision that was read.</param>
/// <param name="Deleted">True for a tombstone.</param>
/// <param name="Members">
/// The document's own members as canonical UTF-8 JSON without the enclosing braces (empty for none): neither
/// <c>_id</c>, <c>_rev</c>, <c>_deleted</c> nor any other member the database adds.
/// </param>
public sealed record StoredDocument(string Id, Revision Revision, bool Deleted, ReadOnlyMemory<byte> Members)
{
    /// <summary>The files kept with it.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>What was asked for besides the document itself; null when nothing was.</summary>
    public DocumentDetails? Details { get; init; }
}

/// <summary>Facts on a document's revision tree; each is null unless asked for.</summary>
public sealed record DocumentDetails
{
    /// <summary>This revision and its ancestors, newest first (CouchDB's <c>_revisions</c>).</summary>
    public IReadOnlyList<Revision>? Revisions { get; init; }

    /// <summary>As <see cref="Revisions"/>, with the state of each body (CouchDB's <c>_revs_info</c>).</summary>
    public IReadOnlyList<RevisionInfo>? RevisionsInfo { get; init; }

    /// <summary>The leaves that are neither deleted nor the winner, best first.</summary>
    public IReadOnlyList<Revision>? Conflicts { get; init; }

    /// <summary>The deleted leaves other than the winner, best first.</summary>
    public IReadOnlyList<Revision>? DeletedConflicts { get; init; }

    /// <summary>The sequence number of the document's last change.</summary>
    public long? LocalSequence { get; init; }
}

/// <summary>The state of the body of one revision.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Status"><c>available</c>, <c>missing</c> (compacted away) or <c>deleted</c>.</param>
public sealed record RevisionInfo(Revision Revision, string Status);

/// <summary>
/// What to read of a document. With <see cref="Revision"/> and without <see cref="Latest"/> only
/// <see cref="WithRevisions"/> has a meaning, as in CouchDB.
/// </summary>
public sealed record ReadOptions
{
    /// <summary>The winner and nothing else.</summary>
    public static readonly ReadOptions Winner = new();

    /// <summary>The revision wanted; null for the winner.</summary>
    public Revision? Revision { get; init; }

    /// <summary>With <see cref="Revision"/>: read the winner instead, which is what CouchDB does.</summary>
    public bool Latest { get; init; }

    /// <summary>Fill <see cref="DocumentDetails.Revisions"/>.</summary>
    public bool WithRevisions { get; init; }

    /// <summary>Fill <see cref="DocumentDetails.RevisionsInfo"/>.</summary>
    public bool WithRevisionsInfo { get; init; }

    /// <summary>Fill <see cref="DocumentDetails.Conflicts"/>.</summary>
    public bool WithConflicts { get; init; }

    /// <summary>Fill <see cref="DocumentDetails.DeletedConflicts"/>.</summary>
    public bool WithDeletedConflicts { get; init; }

    /// <summary>Fill <see cref="DocumentDetails.LocalSequence"/>.</summary>
    public bool WithLocalSequence { get; init; }
}

/// <summary>One leaf asked for by <see cref="IDocumentStore.GetLeavesAsync"/>.</summary>
/// <param name="Revision">The revision asked for, or found.</param>
/// <param name="Document">Its content; null when the store does not have it.</param>
public sealed record LeafRead(Revision Revision, StoredDocument? Document)
{
    /// <summary>Its place in the order in which CouchDB walks trees, as far as the store knows it.</summary>
    public int Place { get; init; }
}

/// <summary>A <c>_local</c> document: it belongs to this copy of the database and is never replicated.</summary>
/// <param name="Id">The id behind <c>_local/</c>.</param>
/// <param name="Revision">A counter, written <c>0-N</c>.</param>
/// <param name="Members">As in <see cref="StoredDocument.Members"/>.</param>
public sealed record LocalDocument(string Id, string Revision, ReadOnlyMemory<byte> Members)
{
    /// <summary>
    /// Begins the ids of local documents that are settings of their database; changing one counts as a change of it, as
    /// in CouchDB.
    /// </summary>
    public const char SettingPrefix = '\u0001';
}
