namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>Work on the disk that costs less for many at once: what comes while it is under way gathers for the next time.</summary>
/// <param name="work">Does what has gathered; must not throw.</param>
internal sealed class DiskBatch<T>(Action<List<T>> work) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private List<T> _waiting = [];
    private List<T> _spare = [];
    private bool _working;

    /// <summary>Has an item done soon.</summary>
    public void Add(T item)
    {
        lock (_lock)
        {
            _waiting.Add(item);
            if (_working)
                return;
            _working = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Does what waits.</summary>
    public void Execute()
    {
        List<T> group;
        lock (_lock)
            (group, _waiting) = (_waiting, _spare);
        work(group);
        group.Clear();
        lock (_lock)
        {
            _spare = group;
            _working = _waiting.Count > 0;
            if (!_working)
                return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
