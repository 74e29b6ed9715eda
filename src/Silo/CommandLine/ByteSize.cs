using System.Globalization;
using System.Text.RegularExpressions;

namespace Cozy.Silo.CommandLine;

/// <summary>Sizes as people write them: <c>500MB</c>, <c>2 GiB</c>, <c>1048576</c>.</summary>
internal static partial class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>Reads a size; false when the text is not one or is beyond what can be counted.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (Notation().Match(text.Trim()) is not { Success: true } match)
            return false;

        var power = match.Groups["prefix"].Value is { Length: > 0 } prefix
            ? "KMGTP".IndexOf(char.ToUpperInvariant(prefix[0]), StringComparison.Ordinal) + 1
            : 0;
        var unit = (decimal)Math.Pow(match.Groups["binary"].Success ? 1024 : 1000, power);
        var number = decimal.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        if (number > long.MaxValue / unit)
            return false;
        bytes = (long)(number * unit);
        return true;
    }

    /// <summary>A size in the largest unit that gives at least one of it.</summary>
    public static string Format(long bytes)
    {
        var unit = 0;
        double size = bytes;
        while (size >= 1024 && unit < Units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        return $"{size.ToString("0.#", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    [GeneratedRegex("^(?<number>[0-9]{1,18}(?:\\.[0-9]{1,6})?) ?(?:(?<prefix>[KMGTP])(?<binary>i)?)?B?$", RegexOptions.IgnoreCase)]
    private static partial Regex Notation();
}
