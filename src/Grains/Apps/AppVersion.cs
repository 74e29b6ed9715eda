using System.Numerics;

namespace Cozy.Grains.Apps;

/// <summary>The order of versions, as Semantic Versioning has it; a version of another form counts as text.</summary>
internal static class AppVersion
{
    /// <summary>Whether one version comes after another.</summary>
    public static bool IsNewer(string version, string than) => Compare(version, than) > 0;

    private static int Compare(string left, string right)
    {
        var (core, pre) = Split(left);
        var (otherCore, otherPre) = Split(right);
        var order = CompareParts(core, otherCore);
        if (order != 0)
            return order;

        // 1.0.0-beta comes before 1.0.0.
        return (pre.Length == 0, otherPre.Length == 0) switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => -1,
            _ => CompareParts(pre, otherPre),
        };
    }

    private static (string Core, string Pre) Split(string version)
    {
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        var text = plus < 0 ? version : version[..plus];
        var hyphen = text.IndexOf('-', StringComparison.Ordinal);
        return hyphen < 0 ? (text, "") : (text[..hyphen], text[(hyphen + 1)..]);
    }

    private static int CompareParts(string left, string right)
    {
        var parts = left.Split('.');
        var others = right.Split('.');
        for (var i = 0; i < Math.Min(parts.Length, others.Length); i++)
        {
            var isNumber = IsNumber(parts[i], out var number);
            var otherIsNumber = IsNumber(others[i], out var other);
            var order = isNumber && otherIsNumber ? number.CompareTo(other)
                : isNumber != otherIsNumber ? (isNumber ? -1 : 1)
                : string.CompareOrdinal(parts[i], others[i]);
            if (order != 0)
                return order;
        }

        return parts.Length.CompareTo(others.Length);
    }

    /// <summary>No version at all comes before the first.</summary>
    private static bool IsNumber(string part, out BigInteger number)
    {
        number = BigInteger.MinusOne;
        return part.Length == 0 || BigInteger.TryParse(part, out number);
    }
}
