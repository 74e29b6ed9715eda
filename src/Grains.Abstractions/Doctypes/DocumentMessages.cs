using Orleans.Concurrency;

namespace Cozy.Grains.Doctypes;

/// <summary>One revision of a document.</summary>
/// <param name="Id">Its <c>_id</c>.</param>
/// <param name="Revision">Its <c>_rev</c>.</param>
/// <param name="Deleted">Whether it is a tombstone.</param>
/// <param name="Members">Its own members as canonical UTF-8 JSON without braces.</param>
/// <param name="Facts">What was asked for besides; null when nothing was.</param>
[GenerateSerializer, Immutable, Alias("cozy.Document")]
public sealed record Document(
    [property: Id(0)] string Id,
    [property: Id(1)] string Revision,
    [property: Id(2)] bool Deleted,
    [property: Id(3)] ReadOnlyMemory<byte> Members,
    [property: Id(4)] RevisionFacts? Facts = null);

/// <summary>Facts on the revisions of a document; each is null unless asked for.</summary>
[GenerateSerializer, Immutable, Alias("cozy.RevisionFacts")]
public sealed record RevisionFacts
{
    /// <summary>The revision and its ancestors, newest first.</summary>
    [Id(0)] public IReadOnlyList<string>? Path { get; init; }

    /// <summary>As <see cref="Path"/>, with the state of each content.</summary>
    [Id(1)] public IReadOnlyList<RevisionState>? States { get; init; }

    /// <summary>The leaves that are neither deleted nor the winner, best first.</summary>
    [Id(2)] public IReadOnlyList<string>? Conflicts { get; init; }

    /// <summary>The deleted leaves other than the winner, best first.</summary>
    [Id(3)] public IReadOnlyList<string>? DeletedConflicts { get; init; }

    /// <summary>The number of the document's last change.</summary>
    [Id(4)] public long? Sequence { get; init; }
}

/// <summary>The state of the content of one revision.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Status"><c>available</c>, <c>missing</c> or <c>deleted</c>.</param>
[GenerateSerializer, Immutable, Alias("cozy.RevisionState")]
public sealed record RevisionState([property: Id(0)] string Revision, [property: Id(1)] string Status);

/// <summary>Which revision to read, and which facts on it.</summary>
[GenerateSerializer, Immutable, Alias("cozy.FactsQuery")]
public sealed record FactsQuery
{
    /// <summary>The revision; null for the winner.</summary>
    [Id(0)] public string? Revision { get; init; }

    /// <summary>With <see cref="Revision"/>: read the winner instead.</summary>
    [Id(1)] public bool Latest { get; init; }

    /// <summary>Fill <see cref="RevisionFacts.Path"/>.</summary>
    [Id(2)] public bool WithPath { get; init; }

    /// <summary>Fill <see cref="RevisionFacts.States"/>.</summary>
    [Id(3)] public bool WithStates { get; init; }

    /// <summary>Fill <see cref="RevisionFacts.Conflicts"/>.</summary>
    [Id(4)] public bool WithConflicts { get; init; }

    /// <summary>Fill <see cref="RevisionFacts.DeletedConflicts"/>.</summary>
    [Id(5)] public bool WithDeletedConflicts { get; init; }

    /// <summary>Fill <see cref="RevisionFacts.Sequence"/>.</summary>
    [Id(6)] public bool WithSequence { get; init; }
}

/// <summary>Which revisions of a document to read.</summary>
[GenerateSerializer, Immutable, Alias("cozy.LeavesQuery")]
public sealed record LeavesQuery
{
    /// <summary>These; null for all leaves.</summary>
    [Id(0)] public IReadOnlyList<string>? Revisions { get; init; }

    /// <summary>Read the leaves that descend from those asked for.</summary>
    [Id(1)] public bool Latest { get; init; }

    /// <summary>Fill <see cref="RevisionFacts.Path"/>.</summary>
    [Id(2)] public bool WithPath { get; init; }

    /// <summary>How many of the answer to leave out, because a page before had them.</summary>
    [Id(3)] public int Skip { get; init; }
}

/// <summary>A page of revisions.</summary>
/// <param name="Leaves">The revisions.</param>
/// <param name="HasMore">Whether there are more.</param>
[GenerateSerializer, Immutable, Alias("cozy.LeavesPage")]
public sealed record LeavesPage([property: Id(0)] IReadOnlyList<Leaf> Leaves, [property: Id(1)] bool HasMore);

/// <summary>One revision.</summary>
/// <param name="Revision">The revision asked for, or found.</param>
/// <param name="Document">Its content; null when it is not there.</param>
[GenerateSerializer, Immutable, Alias("cozy.Leaf")]
public sealed record Leaf([property: Id(0)] string Revision, [property: Id(1)] Document? Document);

/// <summary>A local document.</summary>
/// <param name="Id">The id behind <c>_local/</c>.</param>
/// <param name="Revision">A counter, written <c>0-N</c>.</param>
/// <param name="Members">As in <see cref="Document.Members"/>.</param>
[GenerateSerializer, Immutable, Alias("cozy.LocalNote")]
public sealed record LocalNote(
    [property: Id(0)] string Id, [property: Id(1)] string Revision, [property: Id(2)] ReadOnlyMemory<byte> Members);

/// <summary>Facts on a doctype's database.</summary>
/// <param name="DocumentCount">Documents that are not deleted, design documents included.</param>
/// <param name="DeletedCount">Tombstones.</param>
/// <param name="UpdateSequence">The sequence of the newest change.</param>
/// <param name="Bytes">The size of the documents, in bytes, approximately.</param>
[GenerateSerializer, Immutable, Alias("cozy.DoctypeFacts")]
public sealed record DoctypeFacts(
    [property: Id(0)] long DocumentCount,
    [property: Id(1)] long DeletedCount,
    [property: Id(2)] string UpdateSequence,
    [property: Id(3)] long Bytes);
