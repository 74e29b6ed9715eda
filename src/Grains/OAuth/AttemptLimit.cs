namespace Cozy.Grains.OAuth;

/// <summary>Counts failures in a sliding window, so that nobody can register clients without end.</summary>
/// <param name="time">The clock.</param>
/// <param name="maximum">Most failures in a window.</param>
/// <param name="window">The window's length.</param>
internal sealed class AttemptLimit(TimeProvider time, int maximum, TimeSpan window)
{
    private readonly Queue<DateTimeOffset> _failures = new();

    /// <summary>Whether another attempt is allowed now.</summary>
    public bool Allows()
    {
        while (_failures.TryPeek(out var oldest) && oldest + window <= time.GetUtcNow())
            _failures.Dequeue();
        return _failures.Count < maximum;
    }

    /// <summary>Records a failure.</summary>
    public void Fail() => _failures.Enqueue(time.GetUtcNow());

    /// <summary>An attempt was right: whoever made the failures is let in.</summary>
    public void Succeed() => _failures.Clear();
}
