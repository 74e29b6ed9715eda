namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>Work on the disk that costs less for many at once: what comes while it is under way gathers for the next time.</summary>
/// <param name="work">Does what has gathered; must not throw.</param>
/// <param name="tell">
/// Tells those who wait what became of it; they may go on in it. The next work may begin meanwhile, on another thread.
/// </param>
internal sealed class DiskBatch<T>(Action<List<T>> work, Action<List<T>> tell) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private List<T> _waiting = [];
    private List<T>? _spare;
    private bool _working;
    private bool _hasLetPass;

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
        // To the end of the line once: where nobody else is about to come that takes no time, else they join.
        _hasLetPass = !_hasLetPass;
        if (_hasLetPass)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        List<T> group;
        lock (_lock)
        {
            (group, _waiting) = (_waiting, _spare ?? []);
            _spare = null;
        }

        work(group);
        bool isMore;
        lock (_lock)
            isMore = _working = _waiting.Count > 0;
        if (isMore)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

        tell(group);
        group.Clear();
        lock (_lock)
            _spare ??= group;
    }
}
