using System.Globalization;

namespace Cozy.Web.Permissions;

/// <summary>
/// How long a link is good: numbers with units <c>s m h D W M Y</c> (seconds to years), such as <c>30m</c> or
/// <c>1D12h</c>.
/// </summary>
internal static class LinkLifetime
{
    /// <summary>When a link made now ends; null when the text is not a lifetime.</summary>
    public static DateTimeOffset? EndOf(string? text, DateTimeOffset now)
    {
        var rest = text.AsSpan();
        if (rest.IsEmpty)
            return null;

        var end = now;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits < 1 || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || Add(end, number, rest[digits]) is not { } later)
            {
                return null;
            }

            end = later;
            rest = rest[(digits + 1)..];
        }

        return end;
    }

    private static DateTimeOffset? Add(DateTimeOffset time, int number, char unit)
    {
        try
        {
            return unit switch
            {
                's' => time.AddSeconds(number),
                'm' => time.AddMinutes(number),
                'h' => time.AddHours(number),
                'D' => time.AddDays(number),
                'W' => time.AddDays(7.0 * number),
                'M' => time.AddMonths(number),
                'Y' => time.AddYears(number),
                _ => null,
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
