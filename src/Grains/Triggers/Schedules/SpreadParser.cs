using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cozy.Grains.Triggers.Schedules;

/// <summary>
/// Reads what may follow <c>@hourly</c>, <c>@daily</c>, <c>@weekly</c> and <c>@monthly</c>, such as
/// <c>on weekday between 8am and 6pm</c>, and picks a time within it that looks random but is always the same for the same
/// trigger: so the triggers of many instances do not all come at once.
/// </summary>
internal static class SpreadParser
{
    private const int LastOfEachMonth = 28;

    /// <summary>The schedule; null when the text is none.</summary>
    /// <param name="type">One of the four types.</param>
    /// <param name="text">What follows.</param>
    /// <param name="seed">What the time is picked by.</param>
    /// <param name="zone">Whose times of day are meant.</param>
    public static Schedule? Parse(string type, string text, string seed, TimeZoneInfo zone)
    {
        var words = new Queue<string>(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var days = type switch
        {
            TriggerTypes.Weekly => DayWords.TakeWeekDays(words),
            TriggerTypes.Monthly => DayWords.TakeMonthDays(words),
            _ => [],
        };
        if (days is null || HourRange.Take(words) is not { } hours || words.Count > 0)
            return null;

        var random = new Picker(seed);
        var (second, minute, hour) = (random.Next(60), random.Next(60), hours.First + random.Next(hours.Count));
        string[] fields = type switch
        {
            TriggerTypes.Hourly => [$"{second} {minute} * * * *"],
            TriggerTypes.Daily => [$"{second} {minute} {hour} * * *"],
            TriggerTypes.Weekly => [$"{second} {minute} {hour} * * {Pick(days, random, 0, 7)}"],
            _ => [.. Monthly(Pick(days, random, 1, LastOfEachMonth)).Select(day => string.Create(CultureInfo.InvariantCulture, $"{second} {minute} {hour} {day} *"))],
        };
        return new CronSchedule([.. fields.Select(field => CronParser.Expression(field)!)], zone);
    }

    private static int Pick(IReadOnlyList<int> days, Picker random, int first, int count) =>
        days.Count > 0 ? days[random.Next(days.Count)] : first + random.Next(count);

    /// <summary>Day and month of a cron expression; a month that has no such day has it on its last.</summary>
    private static string[] Monthly(int day) => day switch
    {
        <= LastOfEachMonth => [$"{day} *"],
        31 => ["L *"],
        _ => [$"{day} 1,3-12", "L 2"],
    };

    /// <summary>Numbers that look random, from a text.</summary>
    private sealed class Picker(string seed)
    {
        private readonly byte[] _bytes = SHA256.HashData(Encoding.UTF8.GetBytes(seed));
        private int _at;

        public int Next(int count)
        {
            var value = BitConverter.ToUInt32(_bytes, _at);
            _at += sizeof(uint);
            return (int)(value % (uint)count);
        }
    }
}

/// <summary>Hours of a day.</summary>
/// <param name="First">The first.</param>
/// <param name="Count">How many.</param>
internal readonly record struct HourRange(int First, int Count)
{
    /// <summary>Takes <c>before 5am</c>, <c>after 10pm</c> or <c>between 8am and 6pm</c>; the whole day without words; null for others.</summary>
    public static HourRange? Take(Queue<string> words)
    {
        if (!words.TryDequeue(out var word))
            return new HourRange(0, 24);
        var (first, last) = word switch
        {
            "before" => (0, TakeHour(words)),
            "after" => (TakeHour(words), 24),
            "between" => (TakeHour(words), words.TryDequeue(out var and) && and == "and" ? TakeHour(words) : null),
            _ => (null, null),
        };
        return first is { } from && last is { } to && from < to ? new HourRange(from, to - from) : null;
    }

    private static int? TakeHour(Queue<string> words)
    {
        if (!words.TryDequeue(out var word) || word.Length < 3
            || !int.TryParse(word.AsSpan(0, word.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hour) || hour is < 1 or > 12)
        {
            return null;
        }

        return word[^2..] switch
        {
            "am" => hour % 12,
            "pm" => (hour % 12) + 12,
            _ => null,
        };
    }
}

/// <summary>Days as words.</summary>
internal static class DayWords
{
    private static readonly string[] Names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    /// <summary>Takes <c>on monday</c>, <c>on mon,wed-fri</c>, <c>on weekday</c>; nothing without "on"; null for others.</summary>
    public static IReadOnlyList<int>? TakeWeekDays(Queue<string> words)
    {
        if (!TakeOn(words))
            return [];
        return words.TryDequeue(out var list) ? list switch
        {
            "weekday" => [1, 2, 3, 4, 5],
            "weekend" => [0, 6],
            _ => Expand(list, WeekDay, (from, to) => Enumerable.Range(0, ((to - from + 7) % 7) + 1).Select(step => (from + step) % 7)),
        } : null;
    }

    /// <summary>Takes <c>on the 2-5</c> and the like; nothing without "on"; null for others.</summary>
    public static IReadOnlyList<int>? TakeMonthDays(Queue<string> words)
    {
        if (!TakeOn(words))
            return [];
        return words.TryDequeue(out var the) && the == "the" && words.TryDequeue(out var list)
            ? Expand(list, MonthDay, (from, to) => Enumerable.Range(from, Math.Max(0, to - from + 1)))
            : null;
    }

    private static bool TakeOn(Queue<string> words)
    {
        if (!words.TryPeek(out var word) || word != "on")
            return false;
        words.Dequeue();
        return true;
    }

    private static IReadOnlyList<int>? Expand(string list, Func<string, int?> parse, Func<int, int, IEnumerable<int>> range)
    {
        var days = new List<int>();
        foreach (var item in list.Split(','))
        {
            var ends = item.Split('-');
            if (ends.Length > 2 || parse(ends[0]) is not { } from || parse(ends[^1]) is not { } to)
                return null;
            var before = days.Count;
            days.AddRange(range(from, to));
            if (days.Count == before)
                return null;
        }

        return [.. days.Distinct()];
    }

    private static int? WeekDay(string text)
    {
        var day = Array.FindIndex(Names, name => name == text || name[..3] == text);
        return day >= 0 ? day : null;
    }

    private static int? MonthDay(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var day) && day is >= 1 and <= 31 ? day : null;
}
