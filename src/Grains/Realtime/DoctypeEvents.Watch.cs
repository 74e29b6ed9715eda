namespace Cozy.Grains.Realtime;

/// <content>What the Realtime grain is told while it watches.</content>
internal sealed partial class DoctypeEvents
{
    private WatchPeriod? CurrentWatch() => _watch is { IsCurrent: true } ? _watch : null;

    /// <summary>One uninterrupted time of watching: it ends when it is not renewed.</summary>
    private sealed class WatchPeriod
    {
        private readonly DoctypeEvents _events;
        private readonly IRealtimeGrain _realtime;
        private readonly Guid _period = Guid.NewGuid();
        private long _next;
        private long _renewed;

        public WatchPeriod(DoctypeEvents events, IRealtimeGrain realtime)
        {
            _events = events;
            _realtime = realtime;
            Outbox = new EventOutbox(events._services.Options, PublishAsync);
        }

        public EventOutbox Outbox { get; }

        public bool IsCurrent => _events._services.Time.GetElapsedTime(_renewed) < _events._services.Options.Patience;

        public EventPosition Position => new(_period, _next);

        public void Renew() => _renewed = _events._services.Time.GetTimestamp();

        private Task<bool> PublishAsync(IReadOnlyList<DocumentEvent> told, bool isIncomplete)
        {
            var batch = new EventBatch(_events.Doctype, _period, _next, told, isIncomplete);
            _next += told.Count;
            return _events.RepeatAsync(() => _realtime.PublishAsync(batch), () => IsCurrent);
        }
    }
}
