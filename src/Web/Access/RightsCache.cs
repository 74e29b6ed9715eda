using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Access;

/// <summary>What a right is looked up by.</summary>
internal enum RightKind
{
    /// <summary>The long form of a link's code.</summary>
    Code,

    /// <summary>The short form of a link's code.</summary>
    ShortCode,

    /// <summary>An installed web app.</summary>
    App,

    /// <summary>An installed connector.</summary>
    Connector,

    /// <summary>An OAuth client.</summary>
    Client,

    /// <summary>The cookie of a browser session, for the tokens of apps that belong to it.</summary>
    Session,
}

/// <summary>
/// What a front end remembers of rights, for <see cref="WebOptions.RightsCacheTime"/> at most and counted from before
/// it asked: so what was revoked on any silo is refused on every silo within that time. What this front end changes
/// itself it forgets at once. Nothing is remembered of what does not exist.
/// </summary>
internal sealed class RightsCache(IOptions<WebOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<(RightKind, string), Entry>> _instances = new(StringComparer.Ordinal);
    private readonly int _capacity = options.Value.RightsCacheSize;
    private readonly long _lifetime = (long)(options.Value.RightsCacheTime.TotalSeconds * time.TimestampFrequency);
    private int _count;

    /// <summary>The right, looked up (with the instance's id and the key) when it is not known.</summary>
    public ValueTask<T?> FindAsync<TState, T>(
        string instanceId, RightKind kind, string key, TState state, Func<TState, string, string, ValueTask<T?>> lookUp)
        where T : class
    {
        if (_instances.TryGetValue(instanceId, out var rights) && rights.TryGetValue((kind, key), out var known)
            && time.GetTimestamp() < known.Expires)
        {
            return new((T)known.Right);
        }

        return LookUpAsync(instanceId, kind, key, state, lookUp);
    }

    /// <summary>Forgets all rights of an instance, because some were changed here.</summary>
    public void Forget(string instanceId) => _instances.TryRemove(instanceId, out _);

    private async ValueTask<T?> LookUpAsync<TState, T>(
        string instanceId, RightKind kind, string key, TState state, Func<TState, string, string, ValueTask<T?>> lookUp)
        where T : class
    {
        // What is forgotten meanwhile takes these with it, so that an answer from before a change is not remembered after it.
        var rights = _instances.GetOrAdd(instanceId, static _ => new());
        var expires = time.GetTimestamp() + _lifetime;
        var right = await lookUp(state, instanceId, key);
        if (right is null)
            return null;

        if (!rights.ContainsKey((kind, key)) && Interlocked.Increment(ref _count) > _capacity)
        {
            // Only what exists gets here, so a full cache means many users and not an attack: starting again is cheap.
            _instances.Clear();
            Interlocked.Exchange(ref _count, 0);
        }

        rights[(kind, key)] = new Entry(right, expires);
        return right;
    }

    private sealed record Entry(object Right, long Expires);
}
