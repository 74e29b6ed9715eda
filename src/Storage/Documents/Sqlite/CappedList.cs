namespace Cozy.Storage.Documents.Sqlite;

/// <summary>A list that takes items up to a size, and always the first.</summary>
/// <param name="maxBytes">The size; null for none.</param>
internal sealed class CappedList<T>(long? maxBytes)
{
    private long _bytes;

    public List<T> Items { get; } = [];

    /// <summary>Whether an item did not fit.</summary>
    public bool IsCut { get; private set; }

    /// <summary>False when the item did not fit any more.</summary>
    public bool Add(T item, int bytes)
    {
        _bytes += bytes;
        IsCut = _bytes > maxBytes && Items.Count > 0;
        if (!IsCut)
            Items.Add(item);
        return !IsCut;
    }
}
