namespace Cozy.Grains.Dav;

/// <summary>The locks of an instance and which of them exclude each other (RFC 4918, section 6).</summary>
internal sealed class LockTable
{
    private readonly Dictionary<string, DavLock> _byToken = new(StringComparer.Ordinal);

    public int Count => _byToken.Count;

    /// <summary>All locks.</summary>
    public IReadOnlyCollection<DavLock> All => _byToken.Values;

    /// <summary>Forgets the locks whose time is over.</summary>
    public void Expire(DateTimeOffset now) => Remove(held => held.ExpiresAt <= now);

    /// <summary>The locks that cover a path, and with <paramref name="below"/> those on what is below it.</summary>
    public List<DavLock> Find(string path, bool below) =>
        [.. _byToken.Values.Where(held => held.Covers(path) || (below && DavLock.IsBelow(held.Path, path)))];

    /// <summary>The lock with this token; null when there is none.</summary>
    public DavLock? WithToken(string token) => _byToken.GetValueOrDefault(token);

    /// <summary>Adds or replaces a lock; false when another one excludes it.</summary>
    public bool TryPut(DavLock wanted)
    {
        var excluded = Find(wanted.Path, below: wanted.IsDeep)
            .Any(held => held.Token != wanted.Token && (held.IsExclusive || wanted.IsExclusive));
        if (!excluded)
            _byToken[wanted.Token] = wanted;
        return !excluded;
    }

    public bool Remove(string token) => _byToken.Remove(token);

    /// <summary>Ends the locks on a path and below it; false when there are none.</summary>
    public bool Drop(string path) => Remove(held => held.Path == path || DavLock.IsBelow(held.Path, path));

    private bool Remove(Func<DavLock, bool> condition)
    {
        var tokens = _byToken.Values.Where(condition).Select(held => held.Token).ToList();
        foreach (var token in tokens)
            _byToken.Remove(token);
        return tokens.Count > 0;
    }
}
