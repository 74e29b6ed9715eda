namespace Cozy.Grains.Auth;

/// <summary>
/// Allows each key some attempts at once and then one per interval: whoever waits gets in again. Safe for use by many
/// threads. What is remembered is bounded: when there are too many keys, those that would soon be free are forgotten.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="burst">How many attempts may come at once.</param>
/// <param name="interval">After how long one more is allowed.</param>
/// <param name="capacity">Most keys to remember.</param>
public sealed class AttemptBuckets(TimeProvider time, int burst, TimeSpan interval, int capacity = 10_000)
{
    private readonly Lock _lock = new();

    // The moment at which the key will have all its attempts again.
    private readonly Dictionary<string, long> _full = new(StringComparer.Ordinal);
    private readonly long _interval = (long)(interval.TotalSeconds * time.TimestampFrequency);

    /// <summary>How many keys are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _full.Count;
        }
    }

    /// <summary>Uses up one attempt; false when there is none.</summary>
    public bool TryTake(string key)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var full = Math.Max(now, _full.GetValueOrDefault(key, now));
            if (full - now > _interval * (burst - 1))
                return false;
            if (_full.Count >= capacity && !_full.ContainsKey(key))
                MakeRoom(now);
            _full[key] = full + _interval;
            return true;
        }
    }

    /// <summary>Whether an attempt is left, without using it.</summary>
    public bool Allows(string key)
    {
        var now = time.GetTimestamp();
        lock (_lock)
            return _full.GetValueOrDefault(key, now) - now <= _interval * (burst - 1);
    }

    /// <summary>Uses up all attempts of a key.</summary>
    public void Exhaust(string key)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (_full.Count >= capacity && !_full.ContainsKey(key))
                MakeRoom(now);
            _full[key] = now + (_interval * burst);
        }
    }

    /// <summary>Gives one attempt back.</summary>
    public void GiveBack(string key)
    {
        lock (_lock)
        {
            if (_full.TryGetValue(key, out var full))
                _full[key] = full - _interval;
        }
    }

    /// <summary>Gives all attempts back.</summary>
    public void Forgive(string key)
    {
        lock (_lock)
            _full.Remove(key);
    }

    // A quarter at least, so that a stream of new keys does not look through all of them each time.
    private void MakeRoom(long now)
    {
        var kept = _full.Where(pair => pair.Value > now).OrderByDescending(pair => pair.Value).Take(capacity * 3 / 4).ToArray();
        _full.Clear();
        foreach (var (key, full) in kept)
            _full[key] = full;
    }
}
