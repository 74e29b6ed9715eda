using System.Buffers;
using System.Globalization;
using System.Text;
using Cozy.Storage.Documents.Mango.Indexes;
using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Mango;

/// <summary>Writes how a query would be run, in the shape of CouchDB's <c>_explain</c>.</summary>
internal static class Explanation
{
    /// <param name="database">The database.</param>
    /// <param name="query">The query.</param>
    /// <param name="plan">How it is run; null when no index can serve it.</param>
    public static byte[] Write(DatabaseName database, FindQuery query, QueryPlan? plan)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        Text(output, $"{{\"dbname\":{JsonQuote.Text(database.ToString())},\"index\":");
        if (plan is null)
            output.Write("null"u8);
        else
            plan.Index.WriteTo(output);
        output.Write(",\"partitioned\":false,\"selector\":"u8);
        query.Selector.WriteNormalized(output);
        Text(output, $",\"opts\":{Options(query)},\"limit\":{query.Limit},\"skip\":{query.Skip},\"fields\":{List(query.Fields)}");
        Text(output, $",\"selector_hints\":[{Hints(query)}]");
        if (plan is not null)
            Text(output, $",\"mrargs\":{Range(query, plan)},\"covering\":{Flag(plan.Covering)}");
        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    private static string Options(FindQuery query)
    {
        var hint = query.UseIndex switch
        {
            null => "[]",
            { Name: null } => List([query.UseIndex.DesignDocument]),
            _ => List([query.UseIndex.DesignDocument, query.UseIndex.Name]),
        };
        var sort = string.Join(',', query.Sort.Select(field => $"{JsonQuote.Text(field.Field)}:\"{MangoIndex.Direction(field)}\""));
        return $"{{\"use_index\":{hint},\"bookmark\":{JsonQuote.Text(query.Bookmark ?? "nil")},\"limit\":{query.Limit}"
            + $",\"skip\":{query.Skip},\"sort\":{{{sort}}},\"fields\":{List(query.Fields)},\"partition\":\"\""
            + $",\"r\":{query.ReadQuorum},\"conflicts\":{Flag(query.Conflicts)},\"stale\":{(query.Stale ? "\"ok\"" : "false")}"
            + $",\"update\":{Flag(query.Update)},\"stable\":{Flag(query.Stable)}"
            + $",\"execution_stats\":{Flag(query.ExecutionStatistics)},\"allow_fallback\":{Flag(query.AllowFallback)}}}";
    }

    private static string Hints(FindQuery query)
    {
        var indexable = FieldRange.Fields(query.Selector.Root).Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        var others = QueryPlanner.SelectorFields(query.Selector.Root).Where(field => !indexable.Contains(field)).Distinct();
        return $"{{\"type\":\"json\",\"indexable_fields\":{List(indexable.Order(StringComparer.Ordinal))}"
            + $",\"unindexable_fields\":{List(others.Order(StringComparer.Ordinal))}}}";
    }

    private static string Range(FindQuery query, QueryPlan plan)
    {
        var start = Bound(plan, plan.Start, isEnd: false);
        var end = Bound(plan, plan.End, isEnd: true);
        if (query.Descending)
            (start, end) = (end, start);
        return $"{{\"include_docs\":{Flag(!plan.Covering && query.ReadQuorum == 1)},\"view_type\":\"map\",\"reduce\":false,\"partition\":null"
            + $",\"start_key\":{start},\"end_key\":{end},\"direction\":\"{(query.Descending ? "rev" : "fwd")}\""
            + $",\"stable\":{Flag(query.Stable || query.Stale)},\"update\":{Flag(query.Update && !query.Stale)}"
            + $",\"conflicts\":{(query.Conflicts ? "true" : "\"undefined\"")}}}";
    }

    private static string Bound(QueryPlan plan, IReadOnlyList<RangeBound> bounds, bool isEnd)
    {
        if (plan.IsEmpty)
            return "null";
        var values = bounds.Select(bound => Encoding.UTF8.GetString(bound.Json));
        if (plan.Index.IsSpecial)
            return values.FirstOrDefault() ?? (isEnd ? "\"<MAX>\"" : "\"\"");
        return $"[{string.Join(',', isEnd ? values.Append("\"<MAX>\"") : values)}]";
    }

    private static string List(IEnumerable<string> values) => $"[{string.Join(',', values.Select(JsonQuote.Text))}]";

    private static string Flag(bool value) => value ? "true" : "false";

    private static void Text(ArrayBufferWriter<byte> output, FormattableString text) =>
        Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture), output);
}
