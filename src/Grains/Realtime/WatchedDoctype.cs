using Cozy.Grains.Doctypes;

namespace Cozy.Grains.Realtime;

/// <summary>Follows the numbers of one doctype's events, so that none is missed without notice and none is told twice.</summary>
internal sealed class WatchedDoctype(IDoctypeGrain grain)
{
    private EventPosition? _position;

    /// <summary>Who tells the events.</summary>
    public IDoctypeGrain Grain { get; } = grain;

    /// <summary>Whether events are being told.</summary>
    public bool IsWatching => _position is not null;

    /// <summary>The question on its way, if there is one.</summary>
    public Task? Question { get; set; }

    /// <summary>Takes the answer to the question whether events are still told; true when some may be missing.</summary>
    public bool Answer(EventPosition position)
    {
        // In the same period the numbers of the batches tell whether something is missing, not this answer, which may
        // overtake them.
        if (_position?.Period == position.Period)
            return false;
        var isMissing = _position is not null;
        _position = position;
        return isMissing;
    }

    /// <summary>Takes a batch and returns its events that were not taken yet.</summary>
    public IEnumerable<DocumentEvent> Take(EventBatch batch, out bool isMissing)
    {
        // Until the first answer comes, the first batch shows where the events are.
        var position = _position ?? new EventPosition(batch.Period, batch.First);
        isMissing = batch.IsIncomplete || position.Period != batch.Period || batch.First > position.Next;
        var known = position.Period == batch.Period ? (int)Math.Clamp(position.Next - batch.First, 0, batch.Events.Count) : 0;
        var next = batch.First + batch.Events.Count;
        _position = new EventPosition(
            batch.Period, position.Period == batch.Period ? Math.Max(position.Next, next) : next);
        return batch.Events.Skip(known);
    }
}
