namespace Cozy.Grains.Realtime;

/// <summary>One front end that listens: what it wants, whether it is still there, and what is on its way to it.</summary>
internal sealed class RealtimeListener
{
    private readonly IRealtimeObserver _observer;
    private readonly RealtimeOptions _options;
    private readonly TimeProvider _time;
    private readonly Action _gone;
    private readonly EventOutbox _outbox;
    private readonly HashSet<string> _missed = new(StringComparer.Ordinal);
    private HashSet<string> _doctypes = [];
    private long _renewed;

    /// <summary>Creates a listener; <paramref name="gone"/> is called once when it cannot be reached.</summary>
    public RealtimeListener(Guid id, IRealtimeObserver observer, RealtimeOptions options, TimeProvider time, Action gone)
    {
        Id = id;
        _observer = observer;
        _options = options;
        _time = time;
        _gone = gone;
        _outbox = new EventOutbox(options, SendAsync);
    }

    /// <summary>Its name.</summary>
    public Guid Id { get; }

    /// <summary>Whether it has given no sign of life for long.</summary>
    public bool IsGone => _time.GetElapsedTime(_renewed) > _options.Patience;

    /// <summary>Whether it wants to hear of a doctype.</summary>
    public bool Wants(string doctype) => _doctypes.Contains(doctype);

    /// <summary>It is there, and wants to hear of these.</summary>
    public void Renew(IReadOnlyList<string> doctypes)
    {
        _doctypes = doctypes.ToHashSet(StringComparer.Ordinal);
        _renewed = _time.GetTimestamp();
    }

    /// <summary>Sends it an event if it wants it.</summary>
    public void Tell(DocumentEvent told)
    {
        if (Wants(told.Doctype))
            _outbox.Add(told);
    }

    /// <summary>Tells it that events of a doctype are missing here.</summary>
    public void TellMissed(string doctype)
    {
        if (Wants(doctype) && _missed.Add(doctype))
            _outbox.Wake();
    }

    /// <summary>Sends nothing more.</summary>
    public void Close() => _outbox.Close();

    private async Task<bool> SendAsync(IReadOnlyList<DocumentEvent> events, bool isIncomplete)
    {
        // What the outbox dropped may have been of any doctype.
        IReadOnlyList<string> missed = [.. isIncomplete ? _doctypes : _missed];
        _missed.Clear();
        try
        {
            await _observer.ReceiveAsync(new RealtimeDelivery(Id, events, missed));
            return true;
        }
        catch (Exception)
        {
            // It may have got them or not. If it lives it learns at its next renewal that it is not known any more.
            _gone();
            return false;
        }
    }
}
