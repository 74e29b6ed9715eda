using System.Globalization;
using System.Text.Json;
using Cozy.CouchDbServer.Http;

namespace Cozy.CouchDbServer.Views;

/// <summary>The reduces that CouchDB brings along.</summary>
internal static class BuiltInReduces
{
    private const string SumTakes =
        "The _sum function requires that map values be numbers, arrays of numbers, or objects. Objects cannot be mixed with other "
        + "data structures. Objects can be arbitrarily nested, provided that the values for all fields are themselves numbers, "
        + "arrays of numbers, or objects.";

    private const string StatsTakes =
        "The _stats function requires that map values be numbers or arrays of numbers, not ";

    /// <summary>What rows are reduced to, in JSON.</summary>
    /// <exception cref="CouchException">There is no such reduce here.</exception>
    public static string Reduce(string name, ViewRange rows) => name switch
    {
        "_count" => rows.Count.ToString(CultureInfo.InvariantCulture),
        "_sum" => Sum(rows),
        "_stats" => Stats(rows),
        "_approx_count_distinct" => CountDistinct(rows).ToString(CultureInfo.InvariantCulture),
        _ => throw CouchException.NotImplemented($"The reduce {name} is not supported."),
    };

    // The rows are in the order of their keys.
    private static int CountDistinct(ViewRange rows)
    {
        var count = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            if (i == 0 || !rows[i].SortKey.AsSpan().SequenceEqual(rows[i - 1].SortKey))
                count++;
        }

        return count;
    }

    private static string Sum(ViewRange rows)
    {
        SumValue? sum = null;
        for (var i = 0; i < rows.Count; i++)
        {
            var value = JsonText.Parse(rows[i].Value);
            if (SumValue.TryRead(value) is not { } read || (sum is not null && !sum.Fits(read)))
                return Failure(SumTakes, value.GetRawText());
            sum = sum is null ? read : sum.Add(read);
        }

        return sum?.ToJson() ?? "0";
    }

    private static string Stats(ViewRange rows)
    {
        var columns = new List<Statistics>();
        var isArray = false;
        for (var i = 0; i < rows.Count; i++)
        {
            var value = JsonText.Parse(rows[i].Value);
            isArray |= value.ValueKind == JsonValueKind.Array;
            var numbers = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new List<JsonElement> { value };
            if (numbers.Exists(number => number.ValueKind != JsonValueKind.Number) || (i > 0 && numbers.Count != columns.Count))
                return Failure(StatsTakes + value.GetRawText(), value.GetRawText());
            for (var n = 0; n < numbers.Count; n++)
            {
                if (i == 0)
                    columns.Add(new Statistics());
                columns[n].Add(ErlangNumber.Read(numbers[n]));
            }
        }

        var texts = columns.Select(column => column.ToJson());
        return isArray ? $"[{string.Join(',', texts)}]" : texts.FirstOrDefault() ?? "null";
    }

    // As in CouchDB it is the value of the group, not of the request.
    private static string Failure(string reason, string causedBy) =>
        $"{{\"error\":\"builtin_reduce_error\",\"reason\":{JsonText.Quote(reason)},\"caused_by\":{causedBy}}}";

    private sealed class Statistics
    {
        private ErlangNumber _sum = ErlangNumber.Zero;
        private ErlangNumber _squares = ErlangNumber.Zero;
        private ErlangNumber? _min;
        private ErlangNumber? _max;
        private long _count;

        public void Add(ErlangNumber number)
        {
            _sum += number;
            _squares += number * number;
            _min = _min is { } min && min < number ? min : number;
            _max = _max is { } max && max > number ? max : number;
            _count++;
        }

        public string ToJson() => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"sum\":{_sum.ToJson()},\"count\":{_count},\"min\":{_min!.Value.ToJson()},\"max\":{_max!.Value.ToJson()},\"sumsqr\":{_squares.ToJson()}}}");
    }
}
