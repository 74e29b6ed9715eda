using Cozy.CouchDbServer.Http;

namespace Cozy.CouchDbServer.Views;

/// <summary>A stretch of a view's rows, in the direction in which they are told.</summary>
/// <param name="Rows">All rows.</param>
/// <param name="First">The first one of the stretch in the view's own order.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Descending">From the last to the first.</param>
internal readonly record struct ViewRange(ViewRow[] Rows, int First, int Count, bool Descending)
{
    /// <summary>How many rows come before it, in its direction.</summary>
    public int Offset => Descending ? Rows.Length - First - Count : First;

    public ViewRow this[int index] => Rows[Descending ? First + Count - 1 - index : First + index];

    /// <summary>The rows between the bounds that the options name.</summary>
    public static ViewRange Between(ViewRow[] rows, ViewOptions options)
    {
        var (low, high) = options.Descending ? (options.End, options.Start) : (options.Start, options.End);
        var excludesHigh = !options.Descending && !options.InclusiveEnd;
        var excludesLow = options.Descending && !options.InclusiveEnd;
        var first = low is null ? 0 : Find(rows, low, behind: excludesLow);
        var last = high is null ? rows.Length : Find(rows, high, behind: !excludesHigh);
        if (options.Start is { } start && options.End is { } end && Order(start, end) * (options.Descending ? -1 : 1) > 0)
        {
            throw CouchException.QueryParse(
                "No rows can match your key range, reverse your start_key and end_key or set descending=true");
        }

        return new ViewRange(rows, first, Math.Max(0, last - first), options.Descending);
    }

    /// <summary>The rows of one key.</summary>
    public static ViewRange Of(ViewRow[] rows, ViewKey key, bool descending)
    {
        var first = Find(rows, key, behind: false);
        return new ViewRange(rows, first, Find(rows, key, behind: true) - first, descending);
    }

    /// <summary>A part of it.</summary>
    public ViewRange Slice(int skip, int? limit)
    {
        skip = Math.Min(skip, Count);
        var count = Math.Min(limit ?? int.MaxValue, Count - skip);
        return this with { First = Descending ? First + Count - skip - count : First + skip, Count = count };
    }

    private static int Order(ViewKey a, ViewKey b) => a.SortKey.AsSpan().SequenceCompareTo(b.SortKey);

    // Where the rows begin that are not before the key, or those behind it.
    private static int Find(ViewRow[] rows, ViewKey key, bool behind)
    {
        var (from, to) = (0, rows.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            var order = rows[middle].CompareTo(key.SortKey, key.Id);
            if (order < 0 || (behind && order == 0))
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }
}

/// <summary>A place in a view.</summary>
/// <param name="SortKey">The key, as bytes in order.</param>
/// <param name="Id">The document; null for all of the key.</param>
internal sealed record ViewKey(byte[] SortKey, string? Id);
