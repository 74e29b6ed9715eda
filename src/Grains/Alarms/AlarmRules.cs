namespace Cozy.Grains.Alarms;

/// <summary>When alarms ring.</summary>
internal static class AlarmRules
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>When the alarm rings next.</summary>
    public static DateTimeOffset Due(Alarm alarm, TimeSpan interval, DateTimeOffset now)
    {
        // A clock that was set back must not silence it.
        if (alarm.Rang is not { } rang || rang > now)
            return alarm.At;
        var again = rang + interval;
        return alarm.At > again ? alarm.At : again;
    }

    /// <summary>How long to wait for a time: never below zero, and looked at again after an hour, since clocks are set.</summary>
    public static TimeSpan Wait(DateTimeOffset at, DateTimeOffset now)
    {
        var wait = at - now;
        return wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait;
    }
}
