using Cozy.Grains.Errors;
using Orleans.Placement;

namespace Cozy.Grains.Dav;

/// <summary>Stays activated as long as a lock is held.</summary>
[GrainType("davlocks"), PreferLocalPlacement]
internal sealed class DavLocksGrain(TimeProvider time) : Grain, IDavLocksGrain
{
    private readonly LockTable _locks = new();

    public ValueTask<IReadOnlyList<DavLock>> FindAsync(string path, bool below) => new(Current().Find(path, below));

    public ValueTask<DavLock> LockAsync(DavLockRequest request)
    {
        var locks = Current();
        if (locks.WithToken(request.Token) is { } known)
            return new(known);
        if (locks.Count >= request.MaxLocks)
            throw new CozyException(ErrorKind.TooManyRequests, "too_many_locks", "There are too many locks; end some of them.");

        var granted = new DavLock(
            request.Token, request.Path, request.IsExclusive, request.IsDeep, request.Owner, request.Timeout,
            time.GetUtcNow() + request.Timeout);
        if (!locks.TryPut(granted))
            throw new CozyException(ErrorKind.Conflict, "locked", "Another lock excludes this one.");
        StayActive();
        return new(granted);
    }

    public ValueTask<DavLock?> RefreshAsync(string path, IReadOnlyList<string> tokens, TimeSpan timeout)
    {
        var held = Current().Find(path, below: false).FirstOrDefault(held => tokens.Contains(held.Token));
        if (held is null)
            return default;

        var fresh = held with { Timeout = timeout, ExpiresAt = time.GetUtcNow() + timeout };
        _locks.TryPut(fresh);
        StayActive();
        return new(fresh);
    }

    public ValueTask<bool> UnlockAsync(string path, string token) =>
        new(Current().WithToken(token) is { } held && held.Covers(path) && _locks.Remove(token));

    public ValueTask DropAsync(string path)
    {
        Current().Drop(path);
        return default;
    }

    private LockTable Current()
    {
        _locks.Expire(time.GetUtcNow());
        return _locks;
    }

    private void StayActive()
    {
        if (_locks.LastEnd is { } end)
            DelayDeactivation(end - time.GetUtcNow());
    }
}
