using Cronos;

namespace Cozy.Grains.Triggers.Schedules;

/// <summary>Times of a calendar in a time zone: whatever one of the expressions says.</summary>
/// <remarks>
/// Where a clock is set forward, what would be in the gap is due at its end. Where it is set back, what is due at one time of
/// day happens once, what is due in intervals goes on.
/// </remarks>
internal sealed class CronSchedule(IReadOnlyList<CronExpression> expressions, TimeZoneInfo zone) : Schedule
{
    public override DateTimeOffset? Next(DateTimeOffset after)
    {
        DateTimeOffset? first = null;
        foreach (var expression in expressions)
        {
            if (Next(expression, after) is { } next && (first is null || next < first))
                first = next.ToUniversalTime();
        }

        return first;
    }

    private DateTimeOffset? Next(CronExpression expression, DateTimeOffset after)
    {
        var next = expression.GetNextOccurrence(after, zone);

        // Where a clock is set forward in a zone whose winter is the exception (Dublin, Casablanca), or leaves out a whole
        // day (Samoa once did), Cronos finds a time before the gap again and again.
        var from = after.AddTicks(-(after.Ticks % TimeSpan.TicksPerMinute));
        while (next <= after)
            next = expression.GetNextOccurrence(from = from.AddMinutes(1), zone, inclusive: true);
        return next;
    }
}
