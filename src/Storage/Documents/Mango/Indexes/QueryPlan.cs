namespace Cozy.Storage.Documents.Mango.Indexes;

/// <summary>How a query is run: over which part of which index.</summary>
/// <param name="Index">The index.</param>
/// <param name="IsEmpty">The selector can select nothing: there is nothing to read.</param>
/// <param name="Start">The first values of the range, one for each field from the first; for all documents one or none.</param>
/// <param name="End">The last values of the range; entries that go on behind them belong to it.</param>
/// <param name="Covering">Whether the entries of the index have all fields that the query asks about.</param>
internal sealed record QueryPlan(
    MangoIndex Index, bool IsEmpty, IReadOnlyList<RangeBound> Start, IReadOnlyList<RangeBound> End, bool Covering)
{
    /// <summary>What CouchDB warns of when an index hint cannot be followed, or there is no index at all.</summary>
    public IEnumerable<string> Warnings(FindQuery query)
    {
        if (query.UseIndex is { } hint && !hint.Means(Index))
        {
            yield return hint.Name is null
                ? $"_design/{hint.DesignName} was not used because it does not contain a valid index for this query."
                : $"_design/{hint.DesignName}, {hint.Name} was not used because it is not a valid index for this query.";
        }

        if (Index.IsSpecial)
            yield return QueryPlanner.NoIndexWarning;
    }
}
