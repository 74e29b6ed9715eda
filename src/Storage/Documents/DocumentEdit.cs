namespace Cozy.Storage.Documents;

/// <summary>An ordinary edit: the new content of a document and the revision it replaces.</summary>
/// <param name="Id">The document's <c>_id</c>; never empty.</param>
/// <param name="Parent">The revision replaced; null to create.</param>
/// <param name="Deleted">True to write a tombstone.</param>
/// <param name="Members">The new content, canonical, as in <see cref="StoredDocument.Members"/>.</param>
public sealed record DocumentEdit(string Id, Revision? Parent, bool Deleted, ReadOnlyMemory<byte> Members)
{
    /// <summary>All that is attached to the new revision.</summary>
    public IReadOnlyList<AttachmentEdit> Attachments { get; init; } = [];
}

/// <summary>A revision made elsewhere, to be added to the tree as it is (CouchDB's <c>new_edits=false</c>).</summary>
/// <param name="Id">The document's <c>_id</c>.</param>
/// <param name="Path">The revision and its known ancestors, newest first; at least one.</param>
/// <param name="Deleted">True for a tombstone.</param>
/// <param name="Members">The content, canonical, as in <see cref="StoredDocument.Members"/>.</param>
public sealed record ReplicatedEdit(string Id, IReadOnlyList<Revision> Path, bool Deleted, ReadOnlyMemory<byte> Members)
{
    /// <summary>All that is attached to the revision.</summary>
    public IReadOnlyList<AttachmentEdit> Attachments { get; init; } = [];
}

/// <summary>What became of one edit of a batch.</summary>
/// <param name="Id">The document's <c>_id</c>.</param>
/// <param name="Revision">The revision written; null when nothing was.</param>
/// <param name="Failure">Why nothing was written; null on success.</param>
public sealed record EditResult(string Id, Revision? Revision, DocumentStoreException? Failure)
{
    /// <summary>The edit was refused because the parent is not a leaf.</summary>
    public static EditResult Conflict(string id) =>
        new(id, null, new DocumentStoreException(StoreError.Conflict, "conflict", "Document update conflict."));
}

/// <summary>What of a document's revisions the store lacks.</summary>
/// <param name="Missing">The revisions asked about that are not in the tree.</param>
/// <param name="PossibleAncestors">Leaves in the tree that may be ancestors of those missing.</param>
public sealed record RevisionsDiff(IReadOnlyList<Revision> Missing, IReadOnlyList<Revision> PossibleAncestors);
