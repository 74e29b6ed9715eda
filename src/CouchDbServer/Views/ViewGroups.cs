using System.Text;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents.Mango;

namespace Cozy.CouchDbServer.Views;

/// <summary>Divides rows into groups of one key, or of the first elements of array keys, and reduces each.</summary>
internal static class ViewGroups
{
    private static readonly byte[] Null = "null"u8.ToArray();

    public static IReadOnlyList<(byte[] Key, string Value)> Make(ViewRow[] rows, ViewOptions options, Reducer reducer)
    {
        var groups = new List<(byte[], string)>();
        var skip = options.Skip;
        foreach (var (key, range) in Divide(rows, options))
        {
            if (skip-- > 0)
                continue;
            if (groups.Count >= (options.Limit ?? int.MaxValue))
                break;
            groups.Add((key, reducer.Reduce(range)));
        }

        return groups;
    }

    private static IEnumerable<(byte[] Key, ViewRange Range)> Divide(ViewRow[] rows, ViewOptions options)
    {
        IEnumerable<ViewRange> ranges = options.Keys is { } keys
            ? keys.Select(key => ViewRange.Of(rows, new ViewKey(key, null), options.Descending))
            : [ViewRange.Between(rows, options)];
        if (options.Keys is not null && options.Descending)
            ranges = ranges.Reverse();
        return ranges.SelectMany(range => Divide(range, options.GroupLevel));
    }

    private static IEnumerable<(byte[] Key, ViewRange Range)> Divide(ViewRange range, int level)
    {
        if (range.Count == 0)
            yield break;
        if (level == 0)
        {
            yield return (Null, range);
            yield break;
        }

        var start = 0;
        var group = Group(range[0], level);
        for (var i = 1; i <= range.Count; i++)
        {
            var next = i < range.Count ? Group(range[i], level) : default;
            if (i < range.Count && next.SortKey.AsSpan().SequenceEqual(group.SortKey))
                continue;
            yield return (group.Key, range.Slice(start, i - start));
            (start, group) = (i, next);
        }
    }

    private static (byte[] Key, byte[] SortKey) Group(ViewRow row, int level)
    {
        if (level == ViewOptions.ExactGroups || row.Key is not [(byte)'[', ..])
            return (row.Key, row.SortKey);
        var elements = JsonText.Parse(row.Key).EnumerateArray().Take(level).Select(element => element.GetRawText());
        var key = Encoding.UTF8.GetBytes($"[{string.Join(',', elements)}]");
        return (key, CollationKey.Of(key));
    }
}
