using Orleans.Concurrency;

namespace Cozy.Grains.Files;

/// <summary>Which changes of files and folders to read.</summary>
[GenerateSerializer, Immutable, Alias("cozy.FileFeedQuery")]
public sealed record FileFeedQuery
{
    /// <summary>Only changes after this sequence; null or empty for all, <c>now</c> for none yet.</summary>
    [Id(0)] public string? Since { get; init; }

    /// <summary>At most so many; an answer holds at most 500, and fewer when they are large.</summary>
    [Id(1)] public int Limit { get; init; }

    /// <summary>Whether the changes carry the documents.</summary>
    [Id(2)] public bool IncludeDocuments { get; init; }

    /// <summary>
    /// An OAuth client: what is in folders that it does not synchronize shows as deleted. Null for everything.
    /// </summary>
    [Id(3)] public string? ClientId { get; init; }
}

/// <summary>One change.</summary>
/// <param name="Id">The document.</param>
/// <param name="Sequence">Its place in the feed.</param>
/// <param name="Revision">The document's revision.</param>
/// <param name="Deleted">Whether it is gone (or is to seem so).</param>
/// <param name="Members">The document's members; null when they were not asked for, or it is gone.</param>
/// <param name="Path">The absolute path; null when it is gone or nobody knows where it is.</param>
[GenerateSerializer, Immutable, Alias("cozy.FileFeedEntry")]
public sealed record FileFeedEntry(
    [property: Id(0)] string Id,
    [property: Id(1)] string Sequence,
    [property: Id(2)] string Revision,
    [property: Id(3)] bool Deleted,
    [property: Id(4)] ReadOnlyMemory<byte>? Members,
    [property: Id(5)] string? Path)
{
    /// <summary>Whether it is in the trash.</summary>
    [Id(6)] public bool IsTrashed { get; init; }
}

/// <summary>A page of the changes feed.</summary>
/// <param name="Entries">The changes; design documents are left out.</param>
/// <param name="LastSequence">Where to go on from.</param>
/// <param name="Pending">How many changes come after this page.</param>
[GenerateSerializer, Immutable, Alias("cozy.FileFeedPage")]
public sealed record FileFeedPage(
    [property: Id(0)] IReadOnlyList<FileFeedEntry> Entries,
    [property: Id(1)] string LastSequence,
    [property: Id(2)] long Pending)
{
    /// <summary>How many changes were read, design documents included.</summary>
    [Id(3)] public int Read { get; init; }
}
