using Cozy.Grains.Alarms;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Triggers;

/// <summary>Time passes: triggers become due, what was gathered is let go.</summary>
internal sealed partial class SchedulerGrain
{
    /// <summary>When the alarm is set to while only events or calls set triggers off: it rings when something may be lost.</summary>
    private static readonly DateTimeOffset FarFuture = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Near = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LongestLead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Finest = TimeSpan.FromMilliseconds(5);

    private readonly RunBudget _budget = new();
    private Task _stateChanging = Task.CompletedTask;
    private IGrainTimer? _timer;
    private DateTimeOffset _timerAt;
    private DateTimeOffset _seenAt;
    private bool _isRunning;
    private bool _runAgain;

    public async Task WakeUpAsync()
    {
        foreach (var doctype in (await _loaded.GetAsync()).Doctypes)
            _told.MarkAll(doctype);
        await RunAsync();
    }

    /// <summary>Does what is to be done now; one at a time, and once more if there is more meanwhile.</summary>
    private async Task RunAsync()
    {
        _runAgain = true;
        if (_isRunning)
            return;
        _isRunning = true;
        try
        {
            while (_runAgain)
            {
                _runAgain = false;
                await RunOnceAsync(await _loaded.GetAsync());
            }
        }
        catch (Exception failure)
        {
            LogStuck(failure, InstanceId);
            ScheduleAt(Now + Retry);
        }
        finally
        {
            _isRunning = false;
        }
    }

    private async Task RunOnceAsync(LoadedTriggers loaded)
    {
        try
        {
            await RunEventsAsync(loaded);
            await RunGatheredAsync(loaded);
            await RunDueAsync(loaded);
            await SleepAsync(loaded);
        }
        catch (CozyException failure) when (failure.Kind is ErrorKind.Conflict or ErrorKind.Unavailable)
        {
            Forget(loaded);
            throw;
        }
    }

    private async Task RunDueAsync(LoadedTriggers loaded)
    {
        var now = Now;
        var latest = loaded.State.HandledUntil > _seenAt ? loaded.State.HandledUntil : _seenAt;
        _seenAt = now;
        if (latest > now + LongestLead)
        {
            // The clock was wrong and has been set back.
            LogClock(InstanceId, latest);
            if (loaded.State.HandledUntil > now)
                await ChangeStateAsync(loaded, state => state with { HandledUntil = now });
            foreach (var trigger in loaded.All)
                LoadedTriggers.Plan(trigger, now);
        }

        var due = loaded.All.Where(trigger => trigger.NextDue <= now).OrderBy(trigger => trigger.NextDue).Take(_budget.Take(now, _options.MaxRunsPerSecond)).ToArray();
        _budget.Use(due.Length);
        if (due.Length == 0)
            return;

        await Task.WhenAll(due.Select(trigger => PushAsync(
            trigger, trigger.NewJob() with { IdempotencyKey = $"{trigger.Document.Id}/{trigger.NextDue:O}" }, isEvent: false)));
        var handled = loaded.HandledWithout(due, now);
        if (handled > loaded.State.HandledUntil && due.Any(trigger => !trigger.IsOnce))
            await ChangeStateAsync(loaded, state => state with { HandledUntil = handled });
        foreach (var trigger in due.Where(trigger => !trigger.IsOnce))
            LoadedTriggers.Plan(trigger, now);
        if (due.Where(trigger => trigger.IsOnce).ToArray() is { Length: > 0 } once)
            await RemoveAsync(loaded, once);
    }

    private async Task RunGatheredAsync(LoadedTriggers loaded)
    {
        var due = loaded.State.Gathered.Where(one => one.Value.Due <= Now).ToArray();
        if (due.Length == 0)
            return;
        await Task.WhenAll(due.Where(one => loaded.Find(one.Key) is not null).Select(one => PushAsync(
            loaded.Find(one.Key)!,
            loaded.Find(one.Key)!.NewJob() with
            {
                IdempotencyKey = $"{one.Key}/gathered/{one.Value.Due:O}",
                IsDebounced = one.Value.Count > 1,
                Event = one.Value.Event,
                Payload = EventJson.Payload(one.Value),
            },
            isEvent: true)));
        await ChangeStateAsync(loaded, state => state with
        {
            Gathered = state.Gathered.Where(one => !due.Any(done => done.Key == one.Key && done.Value.Due == one.Value.Due)).ToDictionary(),
        });
    }

    /// <summary>Pushes a job. What the queue refuses for good is dropped and logged; what it cannot take now fails.</summary>
    private async Task PushAsync(Trigger trigger, NewJob job, bool isEvent)
    {
        try
        {
            await Jobs.PushAsync(job);
        }
        catch (CozyException failure) when (failure.Kind is not (ErrorKind.Unavailable or ErrorKind.InsufficientStorage)
            && (!isEvent || failure.Code != "jobs_waiting"))
        {
            LogDropped(trigger.Document.Id, InstanceId, failure.Message);
        }
    }

    /// <summary>Writes a change of the state down, after those before it.</summary>
    private Task ChangeStateAsync(LoadedTriggers loaded, Func<SchedulerState, SchedulerState> change) =>
        _stateChanging = ThenChangeStateAsync(_stateChanging, loaded, change);

    private async Task ThenChangeStateAsync(Task before, LoadedTriggers loaded, Func<SchedulerState, SchedulerState> change)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        loaded.State = await _store.WriteStateAsync(change(loaded.State));
    }

    private async Task<LoadedTriggers> LoadAsync()
    {
        var instance = await GrainFactory.GetGrain<IInstanceGrain>(InstanceId).GetAsync();
        var zone = instance?.TimeZone is { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) ? found : TimeZoneInfo.Utc;
        var state = await _store.ReadStateAsync() ?? new SchedulerState
        {
            Cursors = new Dictionary<string, string?>(),
            Gathered = new Dictionary<string, Gathered>(),
        };
        var loaded = new LoadedTriggers(zone, state);
        foreach (var document in await _store.ListAsync())
            loaded.Set(Trigger.Load(document, zone), Now);
        await ListenAsync(loaded, loaded.Doctypes);
        foreach (var doctype in loaded.Doctypes)
            _told.MarkAll(doctype);
        if (instance is not null)
            ScheduleAt(Now);
        return loaded;
    }

    private void Forget(LoadedTriggers loaded)
    {
        if (_loaded.IsCurrent(loaded))
            _loaded.Reset();
        ScheduleAt(Now + Retry);
    }

    /// <summary>Sets the clock and the alarm to when something is to be done next.</summary>
    private async Task SleepAsync(LoadedTriggers loaded)
    {
        var next = loaded.Next;
        if (_told.Any || next <= Now)
            next = Now + _budget.Wait(Now);
        if (next is { } at)
            ScheduleAt(at);
        await _alarm.FollowAsync(loaded.All.Count == 0 && !loaded.WatchesAccounts ? null : next ?? FarFuture, Now + Near);
    }

    private void ScheduleAt(DateTimeOffset at)
    {
        if (_timer is not null && _timerAt <= at)
            return;
        _timer?.Dispose();
        _timerAt = at;
        var wait = AlarmRules.Wait(at, Now);
        _timer = this.RegisterGrainTimer(
            _ =>
            {
                _timer?.Dispose();
                _timer = null;
                return RunAsync();
            },
            new GrainTimerCreationOptions(wait < Finest ? Finest : wait, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
    }

    [LoggerMessage(1401, LogLevel.Error, "The triggers of {InstanceId} cannot go on; that is tried again")]
    private partial void LogStuck(Exception failure, string instanceId);

    [LoggerMessage(1402, LogLevel.Warning, "Trigger {TriggerId} of {InstanceId} made no job: {Reason}")]
    private partial void LogDropped(string triggerId, string instanceId, string reason);

    [LoggerMessage(1403, LogLevel.Warning, "The clock was set back: triggers of {InstanceId} had seen {Until}")]
    private partial void LogClock(string instanceId, DateTimeOffset until);
}
