namespace Cozy.Grains.Triggers.Schedules;

/// <summary>When a trigger is due.</summary>
internal abstract class Schedule
{
    /// <summary>The first time after another one; null when there is none.</summary>
    public abstract DateTimeOffset? Next(DateTimeOffset after);
}

/// <summary>Due once; what it belongs to is removed when it has run.</summary>
internal sealed class OnceSchedule : Schedule
{
    /// <summary>A time that is longer ago when the trigger is added is a mistake and not a wish.</summary>
    private static readonly TimeSpan LongestPast = TimeSpan.FromHours(24);

    private readonly DateTimeOffset? _at;

    public OnceSchedule(DateTimeOffset at, DateTimeOffset createdAt)
    {
        _at = at >= createdAt ? at : createdAt - at <= LongestPast ? createdAt : null;
    }

    public override DateTimeOffset? Next(DateTimeOffset after) => _at;
}

/// <summary>
/// Due again and again after the same time, counted from when it was made, also backwards: a clock may have been ahead then.
/// </summary>
internal sealed class EverySchedule(DateTimeOffset createdAt, TimeSpan period) : Schedule
{
    public override DateTimeOffset? Next(DateTimeOffset after)
    {
        var (passed, rest) = Math.DivRem((after - createdAt).Ticks, period.Ticks);
        if (rest < 0)
            passed--;
        return createdAt + TimeSpan.FromTicks(period.Ticks * (passed + 1));
    }
}
