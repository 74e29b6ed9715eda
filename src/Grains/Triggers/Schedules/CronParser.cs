using Cronos;

namespace Cozy.Grains.Triggers.Schedules;

/// <summary>
/// Reads cron expressions of five or six fields (seconds first), names such as <c>@daily</c>, and <c>CRON_TZ=Europe/Paris</c>
/// in front. As in Unix' cron, a day of the month and a day of the week together mean either.
/// </summary>
internal static class CronParser
{
    private const int DayOfMonth = 3;
    private const int DayOfWeek = 5;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(366 * 9);

    /// <summary>The schedule; null when the text is none, or never comes true.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="zone">Whose times of day are meant.</param>
    /// <param name="now">From when on it must come true.</param>
    public static Schedule? Parse(string text, TimeZoneInfo zone, DateTimeOffset now)
    {
        text = text.Trim();
        if (TakeZone(ref text) is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone!))
            return null;
        if (text.StartsWith("@every ", StringComparison.Ordinal))
        {
            return GoDuration.TryParse(text[7..].Trim(), out var period) && period >= TimeSpan.FromSeconds(1)
                ? new EverySchedule(now, period)
                : null;
        }

        var expressions = Expressions(text).ToList();
        if (expressions.Count == 0 || expressions.Contains(null))
            return null;
        var schedule = new CronSchedule([.. expressions.OfType<CronExpression>()], zone);

        // A leap day comes after eight years at most.
        return schedule.Next(now) is { } next && next - now < LongestWait ? schedule : null;
    }

    /// <summary>One expression of six fields; null when the text is none.</summary>
    public static CronExpression? Expression(string text) =>
        CronExpression.TryParse(text, CronFormat.IncludeSeconds, out var expression) ? expression : null;

    private static IEnumerable<CronExpression?> Expressions(string text)
    {
        if (text.StartsWith('@'))
            return [CronExpression.TryParse(text, out var named) ? named : null];
        var fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 5)
            fields = ["0", .. fields];
        if (fields.Length != 6)
            return [null];
        if (IsAny(fields[DayOfMonth]) || IsAny(fields[DayOfWeek]))
            return [Expression(string.Join(' ', fields))];
        return [Expression(With(fields, DayOfWeek)), Expression(With(fields, DayOfMonth))];
    }

    private static bool IsAny(string field) => field is "*" or "?";

    private static string With(string[] fields, int any) => string.Join(' ', fields.Select((field, index) => index == any ? "*" : field));

    private static string? TakeZone(ref string text)
    {
        foreach (var prefix in new[] { "CRON_TZ=", "TZ=" })
        {
            if (!text.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            var end = text.IndexOf(' ', StringComparison.Ordinal);
            if (end < 0)
                return "";
            var name = text[prefix.Length..end];
            text = text[(end + 1)..].TrimStart();
            return name;
        }

        return null;
    }
}
