using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Cozy.Web.Http;

/// <summary>Remembers values that are cheap to make again; when it is full it starts anew.</summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TValue> _values = new();

    /// <summary>Finds the value of a key.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    /// <summary>Forgets the value of a key.</summary>
    public void Remove(TKey key) => _values.TryRemove(key, out _);

    /// <summary>The value of a key, made when it is not known.</summary>
    public TValue GetOrAdd<TState>(TKey key, TState state, Func<TKey, TState, TValue> make)
    {
        if (_values.TryGetValue(key, out var value))
            return value;

        if (_values.Count >= capacity)
            _values.Clear();
        return _values.GetOrAdd(key, make, state);
    }
}
