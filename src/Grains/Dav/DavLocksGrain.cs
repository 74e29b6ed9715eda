using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Orleans.Placement;

namespace Cozy.Grains.Dav;

/// <summary>Grants no lock before it is written down; when the outcome of a write is unknown, the locks are read again.</summary>
[GrainType("davlocks"), PreferLocalPlacement]
internal sealed class DavLocksGrain : Grain, IDavLocksGrain
{
    private readonly TimeProvider _time;
    private readonly LockStore _store;
    private readonly LoadOnce<LockTable> _locks;

    public DavLocksGrain(TimeProvider time, IDocumentStore documents)
    {
        _time = time;
        _store = new LockStore(documents, this.GetPrimaryKeyString());
        _locks = new(_store.ReadAsync);
    }

    public async ValueTask<IReadOnlyList<DavLock>> FindAsync(string path, bool below) => (await CurrentAsync()).Find(path, below);

    public async ValueTask<DavLock> LockAsync(DavLockRequest request)
    {
        var locks = await CurrentAsync();
        if (locks.WithToken(request.Token) is { } known)
            return known;
        if (locks.Count >= request.MaxLocks)
            throw new CozyException(ErrorKind.TooManyRequests, "too_many_locks", "There are too many locks; end some of them.");

        var granted = new DavLock(
            request.Token, request.Path, request.IsExclusive, request.IsDeep, request.Owner, request.Timeout,
            _time.GetUtcNow() + request.Timeout);
        if (!locks.TryPut(granted))
            throw new CozyException(ErrorKind.Conflict, "locked", "Another lock excludes this one.");
        await SaveAsync(locks);
        return granted;
    }

    public async ValueTask<DavLock?> RefreshAsync(string path, IReadOnlyList<string> tokens, TimeSpan timeout)
    {
        var locks = await CurrentAsync();
        var held = locks.Find(path, below: false).FirstOrDefault(held => tokens.Contains(held.Token));
        if (held is null)
            return null;

        var fresh = held with { Timeout = timeout, ExpiresAt = _time.GetUtcNow() + timeout };
        locks.TryPut(fresh);
        await SaveAsync(locks);
        return fresh;
    }

    public async ValueTask<bool> UnlockAsync(string path, string token)
    {
        var locks = await CurrentAsync();
        if (locks.WithToken(token) is not { } held || !held.Covers(path))
            return false;
        locks.Remove(token);
        await SaveAsync(locks);
        return true;
    }

    public async ValueTask DropAsync(string path)
    {
        var locks = await CurrentAsync();
        if (locks.Drop(path))
            await SaveAsync(locks);
    }

    private async ValueTask<LockTable> CurrentAsync()
    {
        var locks = await _locks.GetAsync();
        locks.Expire(_time.GetUtcNow());
        return locks;
    }

    private async Task SaveAsync(LockTable locks)
    {
        try
        {
            await _store.WriteAsync(locks);
        }
        catch
        {
            _locks.Reset();
            throw;
        }
    }
}
