using System.Globalization;

namespace Cozy.Grains.Apps.Registry;

/// <summary>What a request asks of a registry's list.</summary>
/// <param name="Limit">How many; 0 for the registry's own number.</param>
/// <param name="Cursor">How many to leave out.</param>
/// <param name="Sort">What to sort by, with a hyphen in front for the other way round.</param>
/// <param name="Filters">What the apps must be like.</param>
internal sealed record RegistryQuery(int Limit, int Cursor, string Sort, IReadOnlyList<(string Name, string Value)> Filters)
{
    private const string FilterStart = "filter[";

    /// <summary>Reads a query with its question mark.</summary>
    public static RegistryQuery Parse(string query)
    {
        var (limit, cursor, sort) = (0, 0, "");
        var filters = new List<(string, string)>();
        foreach (var (name, value) in Pairs(query))
        {
            if (name == "limit")
                _ = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out limit);
            else if (name == "cursor")
                _ = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out cursor);
            else if (name == "sort")
                sort = value;
            else if (name.StartsWith(FilterStart, StringComparison.Ordinal) && name.EndsWith(']') && value.Length > 0)
                filters.Add((name[FilterStart.Length..^1], value));
        }

        return new RegistryQuery(limit, cursor, sort, filters);
    }

    /// <summary>The names and values of a query.</summary>
    public static IEnumerable<(string Name, string Value)> Pairs(string query)
    {
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? (Decode(pair), "") : (Decode(pair[..equals]), Decode(pair[(equals + 1)..]));
        }
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
