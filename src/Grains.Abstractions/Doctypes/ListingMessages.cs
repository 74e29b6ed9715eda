using Orleans.Concurrency;

namespace Cozy.Grains.Doctypes;

/// <summary>Which documents to list.</summary>
[GenerateSerializer, Immutable, Alias("cozy.ListingQuery")]
public sealed record ListingQuery
{
    /// <summary>Exactly these ids, in this order (reversed when <see cref="Descending"/>); null for a range.</summary>
    [Id(0)] public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>The first id, included; null for no bound.</summary>
    [Id(1)] public string? StartKey { get; init; }

    /// <summary>The last id; null for no bound.</summary>
    [Id(2)] public string? EndKey { get; init; }

    /// <summary>Whether the last id itself is left out.</summary>
    [Id(3)] public bool ExcludeEnd { get; init; }

    /// <summary>From the last to the first.</summary>
    [Id(4)] public bool Descending { get; init; }

    /// <summary>At most so many rows.</summary>
    [Id(5)] public int Limit { get; init; }

    /// <summary>How many rows to leave out in front.</summary>
    [Id(6)] public int Skip { get; init; }

    /// <summary>Whether rows carry the documents.</summary>
    [Id(7)] public bool IncludeDocuments { get; init; }

    /// <summary>Whether <see cref="ListingPage.Offset"/> is wanted.</summary>
    [Id(8)] public bool CountOffset { get; init; }
}

/// <summary>One row of a listing.</summary>
/// <param name="Id">The document's id, or the key asked for.</param>
/// <param name="Revision">The winner; null when no such document ever existed.</param>
/// <param name="Deleted">The winner is a tombstone (only in listings by keys).</param>
/// <param name="Members">The document's content when asked for and there, as in <see cref="Document.Members"/>.</param>
[GenerateSerializer, Immutable, Alias("cozy.ListingRow")]
public sealed record ListingRow(
    [property: Id(0)] string Id,
    [property: Id(1)] string? Revision,
    [property: Id(2)] bool Deleted,
    [property: Id(3)] ReadOnlyMemory<byte>? Members);

/// <summary>A page of a listing.</summary>
/// <param name="TotalRows">How many documents there are, design documents included.</param>
/// <param name="Offset">How many come before the first row; null when it was not counted.</param>
/// <param name="Rows">The rows.</param>
/// <param name="IsCut">Whether the page ended because it got too large, before all that was asked for was in it.</param>
[GenerateSerializer, Immutable, Alias("cozy.ListingPage")]
public sealed record ListingPage(
    [property: Id(0)] long TotalRows,
    [property: Id(1)] long? Offset,
    [property: Id(2)] IReadOnlyList<ListingRow> Rows,
    [property: Id(3)] bool IsCut);
