namespace Cozy.Grains.Realtime;

/// <summary>
/// Events on their way to one destination: sent in order, one batch at a time, and not more of them waiting than is
/// allowed. Only for use on one grain's turns.
/// </summary>
/// <param name="options">How much may wait.</param>
/// <param name="send">
/// Sends events; <c>isIncomplete</c> says that some before them were dropped. False when the destination is gone.
/// </param>
internal sealed class EventOutbox(RealtimeOptions options, Func<IReadOnlyList<DocumentEvent>, bool, Task<bool>> send)
{
    /// <summary>What goes into one message, unless a single event is larger.</summary>
    private const int MaximumBatchBytes = 1 << 20;
    private const int MaximumBatchEvents = 1_000;

    private readonly Queue<DocumentEvent> _waiting = new();
    private long _bytes;
    private bool _isIncomplete;
    private bool _isWoken;
    private bool _isSending;
    private bool _isGone;

    /// <summary>Sends an event after those that wait. When too much waits, all is dropped and the destination told so.</summary>
    public void Add(DocumentEvent told)
    {
        if (_isGone)
            return;
        if (_waiting.Count > 0 && (_waiting.Count >= options.MaxWaitingEvents || _bytes + told.Size > options.MaxWaitingBytes))
        {
            AddIncomplete();
            return;
        }

        _waiting.Enqueue(told);
        _bytes += told.Size;
        Start();
    }

    /// <summary>Tells the destination that events are missing here.</summary>
    public void AddIncomplete()
    {
        // What waits is worth nothing once something is missing: who is told starts again anyway.
        _waiting.Clear();
        _bytes = 0;
        _isIncomplete = true;
        Start();
    }

    /// <summary>Has <c>send</c> called even if there is no event.</summary>
    public void Wake()
    {
        _isWoken = true;
        Start();
    }

    /// <summary>Sends nothing more.</summary>
    public void Close()
    {
        _isGone = true;
        _waiting.Clear();
        _bytes = 0;
    }

    private void Start()
    {
        if (!_isSending && !_isGone)
            _ = SendAsync();
    }

    private async Task SendAsync()
    {
        _isSending = true;
        try
        {
            while (!_isGone && (_waiting.Count > 0 || _isIncomplete || _isWoken))
            {
                var isIncomplete = _isIncomplete;
                _isIncomplete = _isWoken = false;
                if (!await send(Take(), isIncomplete))
                    Close();
            }
        }
        finally
        {
            _isSending = false;
        }
    }

    private List<DocumentEvent> Take()
    {
        var batch = new List<DocumentEvent>(Math.Min(_waiting.Count, MaximumBatchEvents));
        var bytes = 0;
        while (batch.Count < MaximumBatchEvents && _waiting.TryPeek(out var next)
            && (batch.Count == 0 || bytes + next.Size <= MaximumBatchBytes))
        {
            _waiting.Dequeue();
            batch.Add(next);
            bytes += next.Size;
            _bytes -= next.Size;
        }

        return batch;
    }
}
