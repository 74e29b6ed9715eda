using Orleans.Concurrency;

namespace Cozy.Grains.Alarms;

/// <summary>
/// Wakes grains that have something to do later, also when every silo died in between: an alarm is a document of
/// <c>global/alarms</c>. The key is 0.
/// </summary>
[Alias("cozy.IAlarmsGrain")]
public interface IAlarmsGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Has a grain woken at a time, and then again every <see cref="AlarmsOptions.Interval"/> until it is set to another
    /// time. In place of what was set before; durable when this returns.
    /// </summary>
    /// <param name="sleeper">The grain, an <see cref="ISleeperGrain"/> whose key begins with the id of an instance.</param>
    /// <param name="at">When; null for never. One in the far future is for whoever waits for something that is no time.</param>
    [AlwaysInterleave, Alias("Set")]
    Task SetAsync(GrainId sleeper, DateTimeOffset? at);

    /// <summary>
    /// Wakes whoever is due, now; called from time to time, because a crash takes the grain's clock with it.
    /// </summary>
    [OneWay, AlwaysInterleave, Alias("Wake")]
    Task WakeAsync();

    /// <summary>
    /// Wakes everybody who has an alarm, of one type or (null) of all, whatever its time: something may have got lost. That
    /// happens by itself when this grain is activated.
    /// </summary>
    [OneWay, AlwaysInterleave, Alias("WakeAll")]
    Task WakeAllAsync(GrainType? type);
}

/// <summary>A grain that has itself woken.</summary>
[Alias("cozy.ISleeperGrain")]
public interface ISleeperGrain : IGrain
{
    /// <summary>The time has come. May happen early, twice, or without need.</summary>
    [AlwaysInterleave, Alias("WakeUp")]
    Task WakeUpAsync();
}
