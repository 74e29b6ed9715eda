using Cozy.Grains.Errors;

namespace Cozy.Grains.Jobs;

/// <summary>Counts an instance's jobs per worker and hour. Kept in memory: a restart forgives.</summary>
internal sealed class HourlyLimits(TimeProvider time)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly Dictionary<string, (DateTimeOffset Since, int Count)> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts one more.</summary>
    /// <exception cref="CozyException">TooManyRequests with code <c>jobs_hourly_limit</c>.</exception>
    public void Count(WorkerType type)
    {
        if (type.HourlyLimit == 0)
            return;
        var now = time.GetUtcNow();
        var (since, count) = _counts.GetValueOrDefault(type.Name);
        if (now - since >= Hour || now < since)
            (since, count) = (now, 0);
        if (count >= type.HourlyLimit)
            throw new CozyException(ErrorKind.TooManyRequests, "jobs_hourly_limit", "Job creation for this worker is rate limited: try again later.");
        _counts[type.Name] = (since, count + 1);
    }
}
