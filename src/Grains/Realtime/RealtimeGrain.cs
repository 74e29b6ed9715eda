using Cozy.Grains.Doctypes;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace Cozy.Grains.Realtime;

/// <summary>
/// Remembers in memory who listens, and asks at every heartbeat whether the doctypes still tell. When this grain dies the
/// front ends learn of it at their next renewal; when a doctype's grain dies this one learns of it at its next question.
/// Either way they know that events may be missing.
/// </summary>
[GrainType("realtime"), PreferLocalPlacement]
internal sealed class RealtimeGrain(IOptions<RealtimeOptions> options, TimeProvider time) : Grain, IRealtimeGrain
{
    private readonly RealtimeOptions _options = options.Value;
    private readonly Dictionary<Guid, RealtimeListener> _listeners = [];
    private readonly Dictionary<string, WatchedDoctype> _watched = new(StringComparer.Ordinal);
    private IDisposable? _heartbeat;

    public async Task<bool> ListenAsync(
        Guid listener, IRealtimeObserver observer, bool isRenewal, IReadOnlyList<string> doctypes)
    {
        if (!_listeners.TryGetValue(listener, out var known))
        {
            if (isRenewal)
                return false;
            known = new RealtimeListener(listener, observer, _options, time, () => _listeners.Remove(listener));
            _listeners.Add(listener, known);
        }

        known.Renew(doctypes);
        StartHeartbeat();
        foreach (var doctype in doctypes)
            await EnsureWatchedAsync(doctype);
        return _listeners.ContainsKey(listener);
    }

    public Task LeaveAsync(Guid listener)
    {
        if (_listeners.Remove(listener, out var known))
            known.Close();
        return Task.CompletedTask;
    }

    public Task PublishAsync(EventBatch batch)
    {
        if (!_watched.TryGetValue(batch.Doctype, out var watched))
            return Task.CompletedTask;

        var fresh = watched.Take(batch, out var isMissing);
        if (isMissing)
            TellMissed(batch.Doctype);
        foreach (var told in fresh)
            Tell(told);
        return Task.CompletedTask;
    }

    public Task NotifyAsync(DocumentEvent notification)
    {
        Tell(notification);
        return Task.CompletedTask;
    }

    private void Tell(DocumentEvent told)
    {
        foreach (var listener in _listeners.Values)
            listener.Tell(told);
    }

    private void TellMissed(string doctype)
    {
        foreach (var listener in _listeners.Values)
            listener.TellMissed(doctype);
    }

    /// <summary>Those who come together wait for one question.</summary>
    private async Task EnsureWatchedAsync(string doctype)
    {
        if (!_watched.TryGetValue(doctype, out var watched))
        {
            var grain = GrainFactory.GetGrain<IDoctypeGrain>(DoctypeKey.Of(this.GetPrimaryKeyString(), doctype));
            _watched.Add(doctype, watched = new WatchedDoctype(grain));
        }

        if (watched.IsWatching)
            return;
        await (watched.Question ??= AskAsync(doctype, watched));
    }

    private async Task AskAsync(string doctype, WatchedDoctype watched)
    {
        await Task.Yield();
        try
        {
            if (watched.Answer(await watched.Grain.WatchAsync()))
                TellMissed(doctype);
        }
        finally
        {
            watched.Question = null;
        }
    }

    private void StartHeartbeat() => _heartbeat ??= this.RegisterGrainTimer(
        BeatAsync, new GrainTimerCreationOptions(_options.Heartbeat, _options.Heartbeat) { Interleave = true });

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        foreach (var gone in _listeners.Values.Where(listener => listener.IsGone).ToList())
            await LeaveAsync(gone.Id);
        foreach (var doctype in _watched.Keys.Where(doctype => !_listeners.Values.Any(listener => listener.Wants(doctype))).ToList())
            _watched.Remove(doctype);
        if (_listeners.Count == 0)
        {
            _heartbeat?.Dispose();
            _heartbeat = null;
            return;
        }

        await Task.WhenAll(_watched.ToList().Select(pair => BeatAsync(pair.Key, pair.Value)));
    }

    private async Task BeatAsync(string doctype, WatchedDoctype watched)
    {
        try
        {
            await (watched.Question ??= AskAsync(doctype, watched));
        }
        catch (Exception)
        {
            // Its silo may be dying: the next beat finds it elsewhere, in another period.
        }
    }
}
