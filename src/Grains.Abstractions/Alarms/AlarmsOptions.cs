using System.ComponentModel.DataAnnotations;

namespace Cozy.Grains.Alarms;

/// <summary>How sleeping grains are woken (configuration section <c>Alarms</c>).</summary>
public sealed class AlarmsOptions
{
    /// <summary>How often a grain that is due is woken until it says otherwise; what a crash of its silo delays work by.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many grains are being woken at the same time, so that a start with many of them does not take all.</summary>
    [Range(1, 1000)]
    public int Parallel { get; set; } = 16;
}
