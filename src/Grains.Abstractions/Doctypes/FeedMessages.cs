using Orleans.Concurrency;

namespace Cozy.Grains.Doctypes;

/// <summary>Which changes to read, in the order in which they happened.</summary>
[GenerateSerializer, Immutable, Alias("cozy.FeedQuery")]
public sealed record FeedQuery
{
    /// <summary>Only changes after this sequence; null for all, <c>now</c> for none yet.</summary>
    [Id(0)] public string? Since { get; init; }

    /// <summary>At most so many.</summary>
    [Id(1)] public int Limit { get; init; }

    /// <summary>From the newest to the oldest.</summary>
    [Id(2)] public bool Descending { get; init; }

    /// <summary>How many to leave out in front.</summary>
    [Id(3)] public int Skip { get; init; }

    /// <summary>Whether changes carry the documents.</summary>
    [Id(4)] public bool IncludeDocuments { get; init; }

    /// <summary>List every leaf of a document, not only the winner.</summary>
    [Id(5)] public bool AllLeaves { get; init; }

    /// <summary>Only changes of these documents; null for all.</summary>
    [Id(6)] public IReadOnlyList<string>? DocumentIds { get; init; }

    /// <summary>Whether <see cref="FeedPage.Pending"/> is wanted.</summary>
    [Id(7)] public bool CountPending { get; init; }
}

/// <summary>The newest change of one document.</summary>
/// <param name="Sequence">Its place in the feed; opaque.</param>
/// <param name="Id">The document.</param>
/// <param name="Leaves">The winner, then the other leaves if asked for.</param>
/// <param name="Deleted">The winner is a tombstone.</param>
/// <param name="Members">The winner's content when asked for, as in <see cref="Document.Members"/>.</param>
[GenerateSerializer, Immutable, Alias("cozy.FeedChange")]
public sealed record FeedChange(
    [property: Id(0)] string Sequence,
    [property: Id(1)] string Id,
    [property: Id(2)] IReadOnlyList<string> Leaves,
    [property: Id(3)] bool Deleted,
    [property: Id(4)] ReadOnlyMemory<byte>? Members);

/// <summary>A page of the feed.</summary>
/// <param name="Changes">The changes.</param>
/// <param name="LastSequence">Where to go on from.</param>
/// <param name="Pending">How many changes come after this page; 0 when it was not counted.</param>
/// <param name="IsCut">Whether the page ended because it got too large, before all that was asked for was in it.</param>
[GenerateSerializer, Immutable, Alias("cozy.FeedPage")]
public sealed record FeedPage(
    [property: Id(0)] IReadOnlyList<FeedChange> Changes,
    [property: Id(1)] string LastSequence,
    [property: Id(2)] long Pending,
    [property: Id(3)] bool IsCut);
