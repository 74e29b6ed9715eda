using Microsoft.Extensions.Configuration;

namespace Cozy.Silo.Configuration;

/// <summary>Finds keys that mean nothing, so that a slip of the finger is not silently ignored.</summary>
internal static class UnknownKeys
{
    // Variables that other programs of the project read: the command line and the tests.
    private static readonly string[] Others = ["ADMIN_URL", "ADMIN_PASSPHRASE", "COUCHDB_ADMIN"];

    /// <exception cref="ConfigurationException">There is one; the message names it and what was probably meant.</exception>
    public static void Refuse(IConfiguration configuration)
    {
        foreach (var (key, value) in configuration.AsEnumerable())
        {
            if (value is null || IsOther(key) || Sections.IsKnown(key))
                continue;
            throw new ConfigurationException($"Unknown configuration key {key}.{Suggest(key)}");
        }
    }

    private static bool IsOther(string key) =>
        Others.Contains(key) || key.StartsWith("TEST_", StringComparison.Ordinal)
        || key.StartsWith(Sections.Logging + ":", StringComparison.OrdinalIgnoreCase);

    private static string Suggest(string key)
    {
        var lower = key.ToLowerInvariant();
        var nearest = Sections.Keys().MinBy(candidate => Distance(lower, candidate.ToLowerInvariant()))!;
        return Distance(lower, nearest.ToLowerInvariant()) <= Math.Max(2, key.Length / 3)
            ? $" Did you mean {nearest}?"
            : " docs/operations.md lists them all.";
    }

    // Levenshtein's: the fewest insertions, removals and replacements that turn one into the other.
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[to.Length];
    }
}
