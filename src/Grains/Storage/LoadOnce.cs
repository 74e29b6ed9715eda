namespace Cozy.Grains.Storage;

/// <summary>
/// A value of a grain that is read from a store when first needed, by one reader however many ask, and again after
/// <see cref="Reset"/> or a failed read. Only for use on one grain's turns.
/// </summary>
internal sealed class LoadOnce<T>(Func<Task<T>> load)
{
    private T? _value;
    private bool _loaded;
    private Task<T>? _loading;

    /// <summary>The value, read now if need be.</summary>
    public ValueTask<T> GetAsync() => _loaded ? new(_value!) : new(_loading ??= LoadAsync());

    /// <summary>Whether this is the value that is remembered now.</summary>
    public bool IsCurrent(T value) => _loaded && ReferenceEquals(_value, value);

    /// <summary>Replaces the value by one that the caller knows to be current.</summary>
    public void Set(T value)
    {
        _value = value;
        _loaded = true;
        _loading = null;
    }

    /// <summary>Has the value read again when next needed.</summary>
    public void Reset()
    {
        _value = default;
        _loaded = false;
        _loading = null;
    }

    private async Task<T> LoadAsync()
    {
        // Without this a load that ends at once would be over before the field that marks it as running is set.
        await Task.Yield();
        var own = _loading;
        try
        {
            var value = await load();
            if (ReferenceEquals(own, _loading))
                Set(value);
            return value;
        }
        catch
        {
            if (ReferenceEquals(own, _loading))
                Reset();
            throw;
        }
    }
}
