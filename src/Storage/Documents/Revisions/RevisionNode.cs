namespace Cozy.Storage.Documents.Revisions;

/// <summary>One revision in a tree.</summary>
/// <param name="Parent">The index of the revision it replaced; -1 when that is not known.</param>
/// <param name="Generation">As in <see cref="Revision"/>; may be less than 1 in histories made up elsewhere.</param>
/// <param name="Key">The hash.</param>
/// <param name="Deleted">Whether it is a tombstone.</param>
/// <param name="Body">The number of its body within the document; 0 when the body is not there.</param>
internal readonly record struct RevisionNode(int Parent, int Generation, RevisionKey Key, bool Deleted, int Body)
{
    public Revision Revision => new(Generation, Key.ToString());

    public bool Is(Revision revision) => Generation == revision.Generation && Key.Equals(RevisionKey.Parse(revision.Hash));

    /// <summary>Orders by generation, then hash.</summary>
    public int CompareRevision(in RevisionNode other) =>
        Generation != other.Generation ? Generation.CompareTo(other.Generation) : Key.CompareTo(other.Key);

    /// <summary>Greater is the better winner: not deleted, then the longer history, then the greater hash.</summary>
    public int CompareAsWinner(in RevisionNode other) =>
        Deleted != other.Deleted ? (Deleted ? -1 : 1) : CompareRevision(other);
}
