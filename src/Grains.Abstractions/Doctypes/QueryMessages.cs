using Orleans.Concurrency;

namespace Cozy.Grains.Doctypes;

/// <summary>A Mango query.</summary>
/// <param name="Body">The query as the body of a <c>_find</c> request.</param>
/// <param name="RequireIndex">Whether to fail, with the code <c>no_index</c>, rather than to read every document.</param>
[GenerateSerializer, Immutable, Alias("cozy.MangoQuery")]
public sealed record MangoQuery([property: Id(0)] ReadOnlyMemory<byte> Body, [property: Id(1)] bool RequireIndex);

/// <summary>What a query found.</summary>
/// <param name="Documents">The documents, or the fields asked for, each an object of JSON.</param>
/// <param name="Bookmark">Where to go on; null or <c>nil</c> for nowhere.</param>
/// <param name="Warning">What the client should improve; null for nothing.</param>
/// <param name="Statistics">What it took, if asked for.</param>
/// <param name="IsCut">Whether there were more documents, which did not fit into the page; then the bookmark is behind them.</param>
[GenerateSerializer, Immutable, Alias("cozy.FoundPage")]
public sealed record FoundPage(
    [property: Id(0)] IReadOnlyList<ReadOnlyMemory<byte>> Documents,
    [property: Id(1)] string? Bookmark,
    [property: Id(2)] string? Warning,
    [property: Id(3)] QueryStatistics? Statistics,
    [property: Id(4)] bool IsCut);

/// <summary>What a query took.</summary>
/// <param name="KeysExamined">Entries of the index that were read.</param>
/// <param name="DocumentsExamined">Documents that were looked at.</param>
/// <param name="ResultsReturned">Documents found.</param>
/// <param name="Milliseconds">How long it took.</param>
[GenerateSerializer, Immutable, Alias("cozy.QueryStatistics")]
public sealed record QueryStatistics(
    [property: Id(0)] long KeysExamined,
    [property: Id(1)] long DocumentsExamined,
    [property: Id(2)] long ResultsReturned,
    [property: Id(3)] double Milliseconds);

/// <summary>What became of the request for an index.</summary>
/// <param name="Created">False when there was the same index already.</param>
/// <param name="DesignDocument">The id of its design document.</param>
/// <param name="Name">Its name.</param>
[GenerateSerializer, Immutable, Alias("cozy.IndexOutcome")]
public sealed record IndexOutcome(
    [property: Id(0)] bool Created, [property: Id(1)] string DesignDocument, [property: Id(2)] string Name);
