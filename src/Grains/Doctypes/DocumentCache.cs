namespace Cozy.Grains.Doctypes;

/// <summary>
/// The documents one doctype grain remembers, least recently used first out. Only for use on the grain's turns.
/// </summary>
/// <param name="budget">The memory shared by all grains of the silo.</param>
/// <param name="time">Tells the age of an entry.</param>
/// <param name="maximumAge">How long an entry may be used; null for as long as it is kept.</param>
internal sealed class DocumentCache(DocumentCacheBudget budget, TimeProvider time, TimeSpan? maximumAge)
{
    private const long MaximumBytes = 1 << 20;
    private const int OverheadBytes = 200;

    private readonly Dictionary<string, LinkedListNode<Entry>> _byId = [];
    private readonly LinkedList<Entry> _byUse = new();
    private long _bytes;

    /// <summary>The document, if it is remembered and not too old.</summary>
    public Document? Find(string id)
    {
        if (!_byId.TryGetValue(id, out var node))
            return null;
        if (maximumAge is { } age && time.GetElapsedTime(node.Value.Since) > age)
        {
            Remove(id);
            return null;
        }

        if (!ReferenceEquals(_byUse.Last, node))
        {
            _byUse.Remove(node);
            _byUse.AddLast(node);
        }

        return node.Value.Document;
    }

    /// <summary>Remembers a document in place of what was known of it.</summary>
    public void Set(Document document)
    {
        Remove(document.Id);
        var size = document.Members.Length + (2 * document.Id.Length) + OverheadBytes;
        if (size > MaximumBytes / 4)
            return;

        while (_bytes + size > MaximumBytes)
            Remove(_byUse.First!.Value.Document.Id);
        while (!budget.TryTake(size))
        {
            if (_byUse.First is not { } oldest)
                return;
            Remove(oldest.Value.Document.Id);
        }

        _bytes += size;
        _byId[document.Id] = _byUse.AddLast(new Entry(document, size, time.GetTimestamp()));
    }

    /// <summary>Forgets a document.</summary>
    public void Remove(string id)
    {
        if (!_byId.Remove(id, out var node))
            return;
        _byUse.Remove(node);
        _bytes -= node.Value.Size;
        budget.Return(node.Value.Size);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        budget.Return(_bytes);
        _bytes = 0;
        _byId.Clear();
        _byUse.Clear();
    }

    private readonly record struct Entry(Document Document, long Size, long Since);
}
