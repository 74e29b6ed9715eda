namespace Cozy.Grains.Triggers;

/// <summary>How many jobs an instance's triggers may make within a second.</summary>
internal sealed class RunBudget
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private DateTimeOffset _since;
    private int _used;
    private bool _isExhausted;

    /// <summary>How many may be made now.</summary>
    public int Take(DateTimeOffset now, int perWindow)
    {
        if (now - _since >= Window || now < _since)
            (_since, _used) = (now, 0);
        var left = Math.Max(0, perWindow - _used);
        _isExhausted = left == 0;
        return left;
    }

    /// <summary>So many were made.</summary>
    public void Use(int count) => _used += count;

    /// <summary>How long to wait until some may be made.</summary>
    public TimeSpan Wait(DateTimeOffset now)
    {
        var rest = _since + Window - now;
        return !_isExhausted || rest < TimeSpan.Zero ? TimeSpan.Zero : rest < Window ? rest : Window;
    }
}
