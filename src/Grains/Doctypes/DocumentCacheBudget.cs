namespace Cozy.Grains.Doctypes;

/// <summary>Bounds the memory that all doctype grains of one silo together use to remember documents.</summary>
public sealed class DocumentCacheBudget
{
    /// <summary>Most bytes of documents remembered by one silo.</summary>
    public const long DefaultBytes = 64L << 20;

    private readonly long _limit;
    private long _used;

    /// <summary>Creates a budget of <see cref="DefaultBytes"/>.</summary>
    public DocumentCacheBudget()
        : this(DefaultBytes)
    {
    }

    /// <summary>Creates a budget.</summary>
    /// <param name="limit">Bytes.</param>
    public DocumentCacheBudget(long limit) => _limit = limit;

    /// <summary>Takes bytes from the budget; false when there are not so many left.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= _limit)
            return true;
        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _used, -bytes);
}
