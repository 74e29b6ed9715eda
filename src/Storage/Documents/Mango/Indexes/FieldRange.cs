using Cozy.Storage.Documents.Mango.Selectors;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Mango.Indexes;

/// <summary>An end of a range: a value, and its place in the order.</summary>
/// <param name="Json">The value.</param>
/// <param name="Key">Its <see cref="ValueKey"/>.</param>
internal sealed record RangeBound(byte[] Json, byte[] Key)
{
    public static RangeBound Of(byte[] json) => new(json, ValueKey.Of(json));
}

/// <summary>
/// What the comparisons of a selector leave of one field's values. A bound that is null is open.
/// </summary>
/// <param name="Low">The least value.</param>
/// <param name="LowIncluded">Whether it belongs to the range.</param>
/// <param name="High">The greatest value.</param>
/// <param name="HighIncluded">Whether it belongs to the range.</param>
internal sealed record FieldRange(RangeBound? Low, bool LowIncluded, RangeBound? High, bool HighIncluded)
{
    public static readonly FieldRange All = new(null, false, null, false);

    /// <summary>The range of each field that the selector compares; null is an empty range, and then the only one.</summary>
    public static List<(FieldPath Field, FieldRange? Range)> OfSelector(SelectorNode selector)
    {
        var ranges = new List<(FieldPath, FieldRange?)>();
        foreach (var field in Fields(selector))
        {
            var range = Narrow(selector, field, All);
            if (range is null)
                return [(field, null)];
            ranges.Add((field, range));
        }

        return ranges;
    }

    /// <summary>The fields whose conditions an index can narrow down, in order.</summary>
    public static IReadOnlyCollection<FieldPath> Fields(SelectorNode selector)
    {
        var fields = new SortedSet<FieldPath>(PathOrder.Instance);
        Collect(selector, fields);
        return fields;
    }

    private static void Collect(SelectorNode selector, SortedSet<FieldPath> fields)
    {
        if (selector is AndNode and)
        {
            foreach (var node in and.Nodes)
                Collect(node, fields);
        }
        else if (selector is FieldNode
        {
            Condition: CompareCondition { Comparison: not Comparison.NotEqual } or BeginsWithCondition or ExistsCondition
        } field)
        {
            fields.Add(field.Path);
        }
    }

    private static FieldRange? Narrow(SelectorNode selector, FieldPath field, FieldRange range)
    {
        if (selector is FieldNode node && node.Path.Equals(field))
            return range.Narrow(node.Condition);
        if (selector is not AndNode and)
            return range;
        FieldRange? left = range;
        foreach (var part in and.Nodes)
        {
            left = Narrow(part, field, left);
            if (left is null)
                return null;
        }

        return left;
    }

    private FieldRange? Narrow(Condition condition)
    {
        if (condition is BeginsWithCondition prefix)
        {
            // U+FFFF has the greatest weight of the collation.
            byte[] last = [.. prefix.Argument.AsSpan()[..^1], .. "\uFFFF\""u8];
            return Above(prefix.Argument, included: true)?.Below(last, included: true);
        }

        return condition is not CompareCondition compare ? this : compare.Comparison switch
        {
            Comparison.Equal => Above(compare.Argument, included: true)?.Below(compare.Argument, included: true),
            Comparison.Less => Below(compare.Argument, included: false),
            Comparison.LessOrEqual => Below(compare.Argument, included: true),
            Comparison.Greater => Above(compare.Argument, included: false),
            Comparison.GreaterOrEqual => Above(compare.Argument, included: true),
            _ => this,
        };
    }

    private FieldRange? Above(byte[] json, bool included)
    {
        var bound = RangeBound.Of(json);
        var order = Low is null ? 1 : bound.Key.AsSpan().SequenceCompareTo(Low.Key);
        if (order > 0)
            return (this with { Low = bound, LowIncluded = included }).NotEmpty();
        return order == 0 ? (this with { LowIncluded = LowIncluded && included }).NotEmpty() : this;
    }

    private FieldRange? Below(byte[] json, bool included)
    {
        var bound = RangeBound.Of(json);
        var order = High is null ? -1 : bound.Key.AsSpan().SequenceCompareTo(High.Key);
        if (order < 0)
            return (this with { High = bound, HighIncluded = included }).NotEmpty();
        return order == 0 ? (this with { HighIncluded = HighIncluded && included }).NotEmpty() : this;
    }

    private FieldRange? NotEmpty()
    {
        if (Low is null || High is null)
            return this;
        var order = Low.Key.AsSpan().SequenceCompareTo(High.Key);
        return order < 0 || (order == 0 && LowIncluded && HighIncluded) ? this : null;
    }

    private sealed class PathOrder : IComparer<FieldPath>
    {
        public static readonly PathOrder Instance = new();

        public int Compare(FieldPath? x, FieldPath? y)
        {
            for (var i = 0; i < x!.Parts.Count && i < y!.Parts.Count; i++)
            {
                var order = string.CompareOrdinal(x.Parts[i], y.Parts[i]);
                if (order != 0)
                    return order;
            }

            return x.Parts.Count - y!.Parts.Count;
        }
    }
}
