using System.ComponentModel.DataAnnotations;

namespace Cozy.Grains.Triggers;

/// <summary>Settings of triggers (configuration section <c>Triggers</c>).</summary>
public sealed class TriggersOptions
{
    /// <summary>Most triggers of one instance.</summary>
    [Range(1, 1_000_000)]
    public int MaxTriggers { get; set; } = 2000;

    /// <summary>Shortest time between two runs of <c>@every</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan ShortestPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time a debounce may ask for.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan LongestDebounce { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How many triggers of one instance set off jobs within a second; the others wait for the next, and so do not make a
    /// job for each time they missed.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxRunsPerSecond { get; set; } = 50;

    /// <summary>How often a webhook may be called in an hour.</summary>
    [Range(1, 1_000_000)]
    public int WebhookCallsPerHour { get; set; } = 30;

    /// <summary>How many changes of documents are read at a time.</summary>
    [Range(1, 10_000)]
    public int EventPage { get; set; } = 100;

    /// <summary>How many calls of a webhook are kept for one job by a debounce; later ones are not in its payload.</summary>
    [Range(1, 10_000)]
    public int MaxDebouncedPayloads { get; set; } = 100;
}
