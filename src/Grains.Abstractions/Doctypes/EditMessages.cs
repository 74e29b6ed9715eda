using Orleans.Concurrency;

namespace Cozy.Grains.Doctypes;

/// <summary>A change to one document.</summary>
/// <param name="Id">Its <c>_id</c>.</param>
/// <param name="Parent">The <c>_rev</c> it replaces; null to create.</param>
/// <param name="Deleted">Whether to delete it.</param>
/// <param name="Members">The new content, canonical, as in <see cref="Document.Members"/>.</param>
/// <param name="IsRetry">
/// The edit was sent before and its outcome is unknown: when the document is exactly as the edit would leave it, that
/// is a success and not a conflict.
/// </param>
[GenerateSerializer, Immutable, Alias("cozy.Edit")]
public sealed record Edit(
    [property: Id(0)] string Id,
    [property: Id(1)] string? Parent,
    [property: Id(2)] bool Deleted,
    [property: Id(3)] ReadOnlyMemory<byte> Members,
    [property: Id(4)] bool IsRetry = false);

/// <summary>What became of an edit.</summary>
/// <param name="Id">The document.</param>
/// <param name="Revision">Its new <c>_rev</c>; null when it was not changed.</param>
/// <param name="Error">CouchDB's word for why not, such as <c>conflict</c>; null on success.</param>
/// <param name="Reason">CouchDB's sentence for it.</param>
[GenerateSerializer, Immutable, Alias("cozy.EditOutcome")]
public sealed record EditOutcome(
    [property: Id(0)] string Id,
    [property: Id(1)] string? Revision,
    [property: Id(2)] string? Error,
    [property: Id(3)] string? Reason);

/// <summary>A revision made elsewhere, to be added as it is.</summary>
/// <param name="Id">The document's <c>_id</c>.</param>
/// <param name="Path">The revision and its known ancestors, newest first; at least one.</param>
/// <param name="Deleted">Whether it is a tombstone.</param>
/// <param name="Members">The content, canonical, as in <see cref="Document.Members"/>.</param>
[GenerateSerializer, Immutable, Alias("cozy.Replica")]
public sealed record Replica(
    [property: Id(0)] string Id,
    [property: Id(1)] IReadOnlyList<string> Path,
    [property: Id(2)] bool Deleted,
    [property: Id(3)] ReadOnlyMemory<byte> Members);

/// <summary>Revisions of a document that another copy of the database has.</summary>
/// <param name="Id">The document.</param>
/// <param name="Revisions">The revisions.</param>
[GenerateSerializer, Immutable, Alias("cozy.KnownRevisions")]
public sealed record KnownRevisions([property: Id(0)] string Id, [property: Id(1)] IReadOnlyList<string> Revisions);

/// <summary>Revisions of a document that are not here.</summary>
/// <param name="Id">The document.</param>
/// <param name="Missing">The revisions.</param>
/// <param name="PossibleAncestors">Revisions that are here and may be ancestors of those missing.</param>
[GenerateSerializer, Immutable, Alias("cozy.MissingRevisions")]
public sealed record MissingRevisions(
    [property: Id(0)] string Id,
    [property: Id(1)] IReadOnlyList<string> Missing,
    [property: Id(2)] IReadOnlyList<string> PossibleAncestors);
