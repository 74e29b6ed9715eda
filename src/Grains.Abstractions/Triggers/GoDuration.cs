using System.Globalization;
using System.Text.RegularExpressions;

namespace Cozy.Grains.Triggers;

/// <summary>Durations as the API has them, in the notation of Go: <c>30m</c>, <c>1h30m</c>, <c>1.5h</c>, <c>45s</c>.</summary>
public static partial class GoDuration
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>Reads a duration; false when the text is not one, or is negative or longer than a hundred years.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (Notation().Match(text) is not { Success: true } match)
            return false;

        double seconds = 0;
        for (var part = 0; part < match.Groups["number"].Captures.Count; part++)
        {
            var number = double.Parse(match.Groups["number"].Captures[part].ValueSpan, CultureInfo.InvariantCulture);
            seconds += number * SecondsIn(match.Groups["unit"].Captures[part].Value);
        }

        if (seconds > Longest.TotalSeconds)
            return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private static double SecondsIn(string unit) => unit switch
    {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "ms" => 1e-3,
        "ns" => 1e-9,
        _ => 1e-6,
    };

    [GeneratedRegex("^(?:(?<number>[0-9]{1,12}(?:\\.[0-9]{1,9})?)(?<unit>h|ms|m|s|us|µs|ns))+$")]
    private static partial Regex Notation();
}
