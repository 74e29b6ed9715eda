using Cozy.Storage.Documents.Mango.Selectors;

namespace Cozy.Storage.Documents.Mango.Indexes;

/// <summary>Chooses the index for a query, as CouchDB does.</summary>
internal static class QueryPlanner
{
    public const string NoIndexWarning = "No matching index found, create an index to optimize query time.";

    /// <summary>Chooses; null when no index can serve the query, which happens only with a sort.</summary>
    /// <param name="query">The query.</param>
    /// <param name="indexes">The database's indexes, without the one that every database has.</param>
    /// <exception cref="DocumentStoreException">The index asked for does not fit and no other may be used.</exception>
    public static QueryPlan? Plan(FindQuery query, IReadOnlyList<MangoIndex> indexes)
    {
        var usable = indexes.Prepend(MangoIndex.AllDocuments)
            .Where(index => index.PartialFilter is null || query.UseIndex?.Means(index) == true)
            .Where(index => IndexFitness.CanServe(index, query))
            .ToList();
        if (usable.Count == 0)
            return null;
        var wanted = query.UseIndex is { } hint ? usable.FindAll(hint.Means) : [];
        if (wanted.Count == 0 && !query.AllowFallback && (query.UseIndex is not null || usable.Count == 1))
            throw HintUnusable(query.UseIndex);
        var plan = Choose(query, wanted.Count > 0 ? wanted : usable);
        if (query.RequireIndex && plan.Index.IsSpecial && !plan.IsEmpty)
            throw DocumentStoreException.Invalid("no_index", NoIndexWarning);
        return plan;
    }

    /// <summary>The failure of a query that no index can serve.</summary>
    public static DocumentStoreException NoUsableIndex() => DocumentStoreException.Invalid(
        "no_usable_index", "No index exists for this sort, try indexing by the sort fields.");

    private static QueryPlan Choose(FindQuery query, List<MangoIndex> usable)
    {
        var ranges = FieldRange.OfSelector(query.Selector.Root);
        var json = usable.FindAll(index => !index.IsSpecial);
        if (json.Count == 0)
            ranges = [.. ranges, (FieldPath.Parse("_id"), FieldRange.All with { Low = RangeBound.Of("null"u8.ToArray()) })];
        var best = (json.Count > 0 ? json : usable)
            .Select(index => (Index: index, Prefix: Prefix(index, ranges)))
            .OrderBy(candidate => ranges.Count - candidate.Prefix.Count)
            .ThenBy(candidate => candidate.Index.Fields.Count)
            .ThenBy(candidate => candidate.Index.DesignDocument, StringComparer.Ordinal)
            .ThenBy(candidate => candidate.Index.Name, StringComparer.Ordinal)
            .First();
        var isEmpty = best.Prefix is [null] || query.Selector.Root is AndNode { Nodes.Count: 0 } or OrNode { Nodes.Count: 0 };
        var prefix = isEmpty ? [] : best.Prefix.ConvertAll(range => range!);
        return new QueryPlan(
            best.Index,
            isEmpty,
            [.. prefix.TakeWhile(range => range.Low is not null).Select(range => range.Low!)],
            [.. prefix.TakeWhile(range => range.High is not null).Select(range => range.High!)],
            !best.Index.IsSpecial && IsCovered(query, best.Index));
    }

    /// <summary>The ranges of the index's fields, from the first on, as far as there are some.</summary>
    private static List<FieldRange?> Prefix(MangoIndex index, List<(FieldPath Field, FieldRange? Range)> ranges)
    {
        var prefix = new List<FieldRange?>();
        foreach (var column in index.Columns)
        {
            var at = ranges.FindIndex(range => range.Field.Equals(column));
            if (at < 0)
                break;
            prefix.Add(ranges[at].Range);
        }

        return prefix;
    }

    private static bool IsCovered(FindQuery query, MangoIndex index)
    {
        var there = index.Fields.Select(field => field.Field).Append("_id").ToHashSet(StringComparer.Ordinal);
        return query.Fields.Count > 0 && query.Fields.All(there.Contains) && SelectorFields(query.Selector.Root).All(there.Contains);
    }

    /// <summary>The names of the fields that a selector has conditions on.</summary>
    public static IEnumerable<string> SelectorFields(SelectorNode selector) => selector switch
    {
        AndNode and => and.Nodes.SelectMany(SelectorFields),
        OrNode or => or.Nodes.SelectMany(SelectorFields),
        FieldNode field => [field.Path.Name],
        _ => [],
    };

    private static DocumentStoreException HintUnusable(IndexHint? hint) => DocumentStoreException.Invalid(
        "invalid_index",
        hint switch
        {
            null => "You must specify an index with the `use_index` parameter.",
            { Name: null } => $"_design/{hint.DesignName} specified by `use_index` could not be found or it is not suitable.",
            _ => $"_design/{hint.DesignName}, {hint.Name} specified by `use_index` could not be found or it is not suitable.",
        });
}
