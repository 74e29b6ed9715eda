namespace Cozy.Grains.Alarms;

/// <summary>What one grain set its alarm to. Only for use on its turns.</summary>
internal sealed class AlarmClock(IGrainFactory grains, GrainId self)
{
    private DateTimeOffset? _set;
    private bool _isKnown;
    private Task _last = Task.CompletedTask;

    /// <summary>Makes sure that the alarm rings at that time or before.</summary>
    public Task EnsureAsync(DateTimeOffset at) =>
        IsSetBefore(at) && _last.IsCompletedSuccessfully ? Task.CompletedTask : _last = ThenSetAsync(_last, at, isEarlierGood: true);

    /// <summary>
    /// Has the alarm ring at that time, but leaves one that rings now if the time is near: whoever works all the time need
    /// not set it all the time.
    /// </summary>
    /// <param name="at">When; null for never.</param>
    /// <param name="near">Until when a time is near.</param>
    public Task FollowAsync(DateTimeOffset? at, DateTimeOffset near) => at <= near ? EnsureAsync(at.Value) : SetAsync(at);

    /// <summary>Sets the alarm, after what was set before is known; durable when this returns.</summary>
    public Task SetAsync(DateTimeOffset? at) => _last = ThenSetAsync(_last, at, isEarlierGood: false);

    private bool IsSetBefore(DateTimeOffset? at) => _isKnown && _set <= at;

    private async Task ThenSetAsync(Task before, DateTimeOffset? at, bool isEarlierGood)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if ((_isKnown && _set == at) || (isEarlierGood && IsSetBefore(at)))
            return;
        _isKnown = false;
        await grains.GetGrain<IAlarmsGrain>(0).SetAsync(self, at);
        (_set, _isKnown) = (at, true);
    }
}
