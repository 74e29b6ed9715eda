using System.Globalization;
using System.Security.Cryptography;

namespace Cozy.Grains.Files;

/// <summary>Other names for what cannot have its own, because something else has it.</summary>
internal static class ConflictNames
{
    private const int MaximumNumber = 1000;

    /// <summary>
    /// The first free one of <c>name (2).ext</c>, <c>name (3).ext</c> and so on; null when there is none.
    /// </summary>
    public static string? Numbered(string name, bool isFile, Func<string, bool> isTaken)
    {
        var dot = isFile ? name.LastIndexOf('.') : -1;
        var (stem, extension) = dot < 0 ? (name, "") : (name[..dot], name[dot..]);
        var number = 2;
        var open = stem.LastIndexOf(" (", StringComparison.Ordinal);
        if (open > 0 && stem.EndsWith(')')
            && int.TryParse(stem.AsSpan((open + 2)..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && last < MaximumNumber)
        {
            (stem, number) = (stem[..open], last + 1);
        }

        for (; number <= MaximumNumber; number++)
        {
            var candidate = Fit(stem, string.Create(CultureInfo.InvariantCulture, $" ({number}){extension}"));
            if (!isTaken(candidate))
                return candidate;
        }

        return null;
    }

    /// <summary>The name itself if it is free, or one with nine digits behind it: for the trash and what leaves it.</summary>
    public static string Random(string name, Func<string, bool> isTaken)
    {
        var candidate = name;
        while (isTaken(candidate))
        {
            var digits = RandomNumberGenerator.GetInt32(1_000_000_000).ToString("D9", CultureInfo.InvariantCulture);
            candidate = Fit(name, $" ({digits})");
        }

        return candidate;
    }

    /// <summary>The name without what <see cref="Random"/> put behind it.</summary>
    public static string Strip(string name)
    {
        const int Length = 12;
        return name.Length > Length && name[^1] == ')' && name.AsSpan(^Length..).StartsWith(" (")
            && !name.AsSpan((name.Length - Length + 2)..^1).ContainsAnyExceptInRange('0', '9')
                ? name[..^Length]
                : name;
    }

    /// <summary>The longest beginning of the name that leaves room for what comes behind it.</summary>
    private static string Fit(string name, string behind)
    {
        var room = FileRules.MaximumNameBytes - System.Text.Encoding.UTF8.GetByteCount(behind);
        while (name.Length > 1 && System.Text.Encoding.UTF8.GetByteCount(name) > room)
            name = char.IsLowSurrogate(name[^1]) && name.Length > 2 ? name[..^2] : name[..^1];
        return name + behind;
    }
}
