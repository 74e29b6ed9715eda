using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Alarms;

/// <summary>
/// One grain wakes for the whole farm. What it keeps in memory is what the documents say; its clock is a timer that rings
/// for the earliest of them.
/// </summary>
[GrainType("alarms")]
internal sealed partial class AlarmsGrain : Grain, IAlarmsGrain
{
    private readonly AlarmDocuments _documents;
    private readonly AlarmsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<AlarmsGrain> _log;
    private readonly LoadOnce<Dictionary<GrainId, Alarm>> _alarms;
    private readonly Dictionary<GrainId, Task> _writing = [];
    private readonly Queue<GrainId> _toWake = new();
    private readonly HashSet<GrainId> _known = [];
    private int _waking;
    private IGrainTimer? _timer;
    private DateTimeOffset _timerAt;

    public AlarmsGrain(IDocumentStore store, IOptions<AlarmsOptions> options, TimeProvider time, ILogger<AlarmsGrain> log)
    {
        _documents = new AlarmDocuments(store);
        (_options, _time, _log) = (options.Value, time, log);
        _alarms = new(LoadAsync);
    }

    public async Task SetAsync(GrainId sleeper, DateTimeOffset? at)
    {
        // One after the other for each sleeper, because each write carries the revision before.
        while (_writing.TryGetValue(sleeper, out var before))
            await before.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        var writing = WriteAsync(sleeper, at);
        _writing[sleeper] = writing;
        try
        {
            await writing;
        }
        finally
        {
            _writing.Remove(sleeper);
        }
    }

    public async Task WakeAsync()
    {
        try
        {
            Ring(await _alarms.GetAsync());
        }
        catch (CozyException failure)
        {
            LogStuck(failure);
        }
    }

    public async Task WakeAllAsync(GrainType? type)
    {
        try
        {
            foreach (var sleeper in (await _alarms.GetAsync()).Keys)
            {
                if (type is null || sleeper.Type == type)
                    Wake(sleeper);
            }
        }
        catch (CozyException failure)
        {
            LogStuck(failure);
        }
    }

    private async Task<Dictionary<GrainId, Alarm>> LoadAsync()
    {
        var alarms = await _documents.ListAsync();

        // Whoever waits for something that is no time may have been told of it by a silo that died.
        foreach (var sleeper in alarms.Keys)
            Wake(sleeper);
        return alarms;
    }

    private async Task WriteAsync(GrainId sleeper, DateTimeOffset? at)
    {
        // A task that ends before it is remembered would be remembered for ever.
        await Task.Yield();
        var alarms = await _alarms.GetAsync();
        var before = alarms.GetValueOrDefault(sleeper);
        if (before?.At == at)
            return;
        try
        {
            if (await _documents.WriteAsync(sleeper, before, at) is { } alarm)
                alarms[sleeper] = alarm with { Rang = at <= _time.GetUtcNow() ? _time.GetUtcNow() : null };
            else
                alarms.Remove(sleeper);
        }
        catch (CozyException)
        {
            _alarms.Reset();
            throw;
        }

        if (at is { } next)
            Schedule(next);
    }

    /// <summary>Wakes who is due and sets the clock for the next.</summary>
    private void Ring(Dictionary<GrainId, Alarm> alarms)
    {
        var now = _time.GetUtcNow();
        var next = DateTimeOffset.MaxValue;
        foreach (var (sleeper, alarm) in alarms)
        {
            var due = AlarmRules.Due(alarm, _options.Interval, now);
            if (due <= now)
            {
                alarms[sleeper] = alarm with { Rang = now };
                Wake(sleeper);
                due = now + _options.Interval;
            }

            next = due < next ? due : next;
        }

        _timer?.Dispose();
        _timer = null;
        if (next < DateTimeOffset.MaxValue)
            Schedule(next);
    }

    private void Wake(GrainId sleeper)
    {
        if (!_known.Add(sleeper))
            return;
        _toWake.Enqueue(sleeper);
        if (_waking < _options.Parallel)
            _ = WakeQueuedAsync();
    }

    private async Task WakeQueuedAsync()
    {
        _waking++;
        while (_toWake.TryDequeue(out var sleeper))
        {
            try
            {
                await GrainFactory.GetGrain<ISleeperGrain>(sleeper).WakeUpAsync();
            }
            catch (Exception failure)
            {
                // It is woken again after the interval.
                LogNotWoken(failure, sleeper);
            }

            _known.Remove(sleeper);
        }

        _waking--;
    }

    private void Schedule(DateTimeOffset at)
    {
        if (_timer is not null && _timerAt <= at)
            return;
        _timer?.Dispose();
        _timerAt = at;
        var wait = AlarmRules.Wait(at, _time.GetUtcNow());
        _timer = this.RegisterGrainTimer(
            _ =>
            {
                _timer?.Dispose();
                _timer = null;
                return WakeAsync();
            },
            new GrainTimerCreationOptions(wait, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
    }

    [LoggerMessage(1201, LogLevel.Warning, "{Sleeper} could not be woken; that is tried again")]
    private partial void LogNotWoken(Exception failure, GrainId sleeper);

    [LoggerMessage(1202, LogLevel.Error, "Alarms cannot be read; that is tried again")]
    private partial void LogStuck(Exception failure);
}
