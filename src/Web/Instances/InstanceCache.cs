using System.Collections.Concurrent;
using Cozy.Grains.Domains;
using Cozy.Grains.Instances;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Instances;

/// <summary>
/// Which instance answers a host name, remembered for <see cref="WebOptions.InstanceCacheTime"/> so that most requests
/// need no grain call. Names nobody answers are remembered too. Requests that miss together share one look-up.
/// </summary>
public sealed class InstanceCache(IGrainFactory grains, IOptions<WebOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly WebOptions _options = options.Value;

    private long LifetimeTicks => (long)(_options.InstanceCacheTime.TotalSeconds * time.TimestampFrequency);

    /// <summary>The instance that answers a <c>Host</c> header; null when none does.</summary>
    public ValueTask<Instance?> FindAsync(string host)
    {
        if (!_entries.TryGetValue(host, out var known))
            return new(LookUpAsync(host, null));
        if (known.IsPending)
            return new(AnswerAsync(host, known));
        return known.IsFresh(time) ? new(known.Value) : new(LookUpAsync(host, known));
    }

    /// <summary>
    /// Forgets what is known of an instance, by any of its names, so that a change shows at once in this process.
    /// </summary>
    public void InvalidateInstance(string domain)
    {
        foreach (var (host, entry) in _entries)
        {
            if (host == domain || DomainName.Normalize(host) == domain || entry.Answers(domain))
                _entries.TryRemove(host, out _);
        }
    }

    private Task<Instance?> LookUpAsync(string host, Entry? expired)
    {
        if (_entries.Count >= _options.InstanceCacheSize)
            MakeRoom();

        var fresh = new Entry(() => ResolveAsync(host), time.GetTimestamp() + LifetimeTicks);
        var winner = expired is not null && _entries.TryUpdate(host, fresh, expired) ? fresh : _entries.GetOrAdd(host, fresh);
        return AnswerAsync(host, winner);
    }

    private async Task<Instance?> AnswerAsync(string host, Entry entry)
    {
        try
        {
            return await entry.GetAsync();
        }
        catch
        {
            _entries.TryRemove(new(host, entry));
            throw;
        }
    }

    private async Task<Instance?> ResolveAsync(string host)
    {
        if (DomainName.Normalize(host) is not { } domain)
            return null;

        var id = await grains.GetGrain<IDomainGrain>(domain).ResolveAsync();
        return id is null ? null : await grains.GetGrain<IInstanceGrain>(id).GetAsync();
    }

    // Anybody can invent host names, so those without an instance go first.
    private void MakeRoom()
    {
        foreach (var (host, entry) in _entries)
        {
            if (!entry.IsPending && (entry.Value is null || !entry.IsFresh(time)))
                _entries.TryRemove(host, out _);
        }

        if (_entries.Count >= _options.InstanceCacheSize)
            _entries.Clear();
    }

    // What was looked up is used until a moment counted from before the look-up, so that nothing older is ever used.
    private sealed class Entry(Func<Task<Instance?>> resolve, long expires)
    {
        private readonly Lazy<Task<Instance?>> _lookUp = new(resolve);
        private volatile bool _known;

        public Instance? Value { get; private set; }

        public bool IsPending => !_known;

        public bool IsFresh(TimeProvider time) => _known && time.GetTimestamp() < expires;

        public bool Answers(string domain) => Value is { } instance
            && (instance.Domain == domain || instance.DomainAliases.Contains(domain, StringComparer.Ordinal));

        public async Task<Instance?> GetAsync()
        {
            var value = await _lookUp.Value;
            Value = value;
            _known = true;
            return value;
        }
    }
}
