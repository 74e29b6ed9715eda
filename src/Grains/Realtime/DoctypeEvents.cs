using Cozy.Grains.Doctypes;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Realtime;

/// <summary>
/// Tells of the writes of one doctype: to the Realtime grain while it watches, and to the grains that asked for it for
/// good. Nothing is told before it is durable, and a doctype nobody listens to does no work. Only for use on the turns of
/// the doctype's grain.
/// </summary>
internal sealed partial class DoctypeEvents
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly EventServices _services;
    private readonly IGrainFactory _grains;
    private readonly string _instanceId;
    private readonly DatabaseName _database;
    private readonly DoctypeListeners _registered;
    private readonly Queue<Telling> _writes = new();
    private readonly Dictionary<GrainId, EventOutbox> _listeners = [];
    private bool _listenersAreKnown;
    private bool _isAdvancing;
    private WatchPeriod? _watch;

    public DoctypeEvents(EventServices services, IGrainFactory grains, string instanceId, string doctype)
    {
        _services = services;
        _grains = grains;
        _instanceId = instanceId;
        Doctype = doctype;
        _database = DatabaseName.ForDoctype(instanceId, doctype);
        _registered = new DoctypeListeners(services.Documents, instanceId, doctype);
    }

    /// <summary>The doctype.</summary>
    public string Doctype { get; }

    /// <summary>Whether writes are to be told at all.</summary>
    private bool IsListenedTo => _listeners.Count > 0 || CurrentWatch() is not null;

    /// <summary>As <see cref="IDoctypeGrain.WatchAsync"/>.</summary>
    public EventPosition Watch()
    {
        var watch = CurrentWatch();
        if (watch is null)
            _watch = watch = new WatchPeriod(this, _grains.GetGrain<IRealtimeGrain>(_instanceId));
        watch.Renew();
        return watch.Position;
    }

    /// <summary>As <see cref="IDoctypeGrain.AddListenerAsync"/>.</summary>
    public async Task<string?> AddListenerAsync(GrainId listener)
    {
        try
        {
            await _registered.AddAsync(listener);
            await LearnListenersAsync();
            if (!_listeners.ContainsKey(listener))
                _listeners.Add(listener, NewOutbox(listener));
            return (await _services.Documents.GetInfoAsync(_database))?.UpdateSequence;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    /// <summary>As <see cref="IDoctypeGrain.RemoveListenerAsync"/>.</summary>
    public async Task RemoveListenerAsync(GrainId listener)
    {
        try
        {
            await _registered.RemoveAsync(listener);
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }

        if (_listeners.Remove(listener, out var outbox))
            outbox.Close();
    }

    /// <summary>To be called when a write begins; null when nobody listens.</summary>
    /// <param name="edits">What is written.</param>
    /// <param name="idOf">The id of a document of them.</param>
    /// <param name="cache">Where the documents' present content may be.</param>
    public async ValueTask<Telling?> BeginAsync<T>(IReadOnlyList<T> edits, Func<T, string> idOf, DocumentCache cache)
    {
        if (!_listenersAreKnown)
            await LearnListenersAsync();
        if (!IsListenedTo)
            return null;

        var telling = new Telling(this, [.. edits.Select(edit => cache.Find(idOf(edit)))]);
        _writes.Enqueue(telling);
        return telling;
    }

    /// <summary>To be called when a write ends, however that was.</summary>
    public void End(Telling? telling)
    {
        if (telling is not null)
        {
            telling.Dispose();
            return;
        }

        // Who began to listen meanwhile has to look for it.
        foreach (var outbox in _listeners.Values)
            outbox.AddIncomplete();
    }

    /// <summary>Tells what can be told now.</summary>
    public void Advance()
    {
        if (!_isAdvancing)
            _ = AdvanceAsync();
    }

    private async Task AdvanceAsync()
    {
        _isAdvancing = true;
        try
        {
            while (_writes.TryPeek(out var write) && write.IsDone)
            {
                _writes.Dequeue();
                if (write.IsUnknown)
                    ForEachOutbox(static (outbox, _) => outbox.AddIncomplete(), 0);
                foreach (var pending in write.Events)
                {
                    if (await CompleteAsync(pending) is { } told)
                        ForEachOutbox(static (outbox, told) => outbox.Add(told), told);
                }
            }
        }
        finally
        {
            _isAdvancing = false;
        }
    }

    private void ForEachOutbox<T>(Action<EventOutbox, T> action, T argument)
    {
        if (CurrentWatch() is { } watch)
            action(watch.Outbox, argument);
        foreach (var outbox in _listeners.Values)
            action(outbox, argument);
    }

    /// <summary>Adds what the document was before; null when nobody sees the revision.</summary>
    private async ValueTask<DocumentEvent?> CompleteAsync(PendingEvent pending)
    {
        var told = pending.Event;
        try
        {
            if (pending.IsReplicated && !await IsVisibleAsync(told))
                return null;
            if (pending.Parent is { } parent)
                told = told with { Old = await ReadAsync(told.Id, parent) };
        }
        catch (DocumentStoreException failure)
        {
            // The event itself is known; what was before it is only an extra.
            LogOldUnknown(_services.Logger, failure, Doctype, _instanceId);
        }

        return told.Size > EventServices.LargestWithOld ? told with { Old = null } : told;
    }

    private async Task<bool> IsVisibleAsync(DocumentEvent told)
    {
        var winner = await _services.Documents.GetAsync(_database, told.Id, new ReadOptions { WithRevisions = true });
        return winner?.Details?.Revisions?.Contains(Revision.Parse(told.Revision!)) ?? true;
    }

    private async Task<Document?> ReadAsync(string id, Revision revision)
    {
        var stored = await _services.Documents.GetAsync(_database, id, new ReadOptions { Revision = revision });
        return stored is null or { Deleted: true } ? null : new(id, revision.ToString(), false, stored.Members);
    }

    private async Task LearnListenersAsync()
    {
        var registered = await _registered.ReadAsync();
        if (_listenersAreKnown)
            return;
        foreach (var listener in registered)
            _listeners.TryAdd(listener, NewOutbox(listener));
        _listenersAreKnown = true;
    }

    private EventOutbox NewOutbox(GrainId listener)
    {
        var (grain, next) = (_grains.GetGrain<IDocumentListenerGrain>(listener), 0L);
        var period = Guid.NewGuid();
        return new EventOutbox(_services.Options, async (events, isIncomplete) =>
        {
            var batch = new EventBatch(Doctype, period, next, events, isIncomplete);
            next += events.Count;
            await RepeatAsync(() => grain.DocumentsChangedAsync(batch), () => _listeners.ContainsKey(listener));
            return true;
        });
    }

    /// <summary>Calls until it succeeds or is no longer wanted.</summary>
    private async Task<bool> RepeatAsync(Func<Task> call, Func<bool> isWanted)
    {
        for (var pause = FirstRetry; isWanted(); pause = pause * 2 < LongestRetry ? pause * 2 : LongestRetry)
        {
            try
            {
                await call();
                return true;
            }
            catch (Exception failure)
            {
                LogNotTold(_services.Logger, failure, Doctype, _instanceId);
            }

            await Task.Delay(pause, _services.Time);
        }

        return false;
    }

    [LoggerMessage(1101, LogLevel.Debug, "Changes of {Doctype} of {InstanceId} could not be told yet")]
    private static partial void LogNotTold(ILogger logger, Exception failure, string doctype, string instanceId);

    [LoggerMessage(1102, LogLevel.Warning, "What a document of {Doctype} of {InstanceId} was before could not be read")]
    private static partial void LogOldUnknown(ILogger logger, Exception failure, string doctype, string instanceId);
}
