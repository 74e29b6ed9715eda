namespace Cozy.Grains.Doctypes;

/// <summary>A page of a long answer: takes items up to a size, and always the first.</summary>
internal sealed class PageCut<T>(long maxBytes)
{
    private readonly List<T> _items = [];
    private long _bytes;

    public IReadOnlyList<T> Items => _items;

    /// <summary>Whether an item did not fit.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Takes the item unless the page gets too large with it.</summary>
    public void Add(T item, long bytes)
    {
        _bytes += bytes;
        IsCut = _bytes > maxBytes && _items.Count > 0;
        if (!IsCut)
            _items.Add(item);
    }
}
