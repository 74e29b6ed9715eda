namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// The writes that wait for one file. While one transaction is being made durable the next requests gather, and go
/// together into the next: under load many writes share one flush of the disk. No thread belongs to a queue; the pool
/// works on it only while there is something to do.
/// </summary>
/// <param name="commit">Runs a batch and completes its requests; never throws.</param>
internal sealed class WriteQueue(Action<IReadOnlyList<WriteRequest>> commit) : IThreadPoolWorkItem
{
    /// <summary>Callers wait, and hold their own memory, when more than this is queued.</summary>
    private const int MaxQueued = 4096;
    private const long MaxQueuedBytes = 64 << 20;

    /// <summary>What one transaction takes at most, so that a burst cannot make it arbitrarily long.</summary>
    private const int MaxBatch = 1024;
    private const long MaxBatchBytes = 16 << 20;

    private readonly Lock _lock = new();
    private readonly Queue<WriteRequest> _waiting = new();
    private long _bytes;
    private bool _working;
    private bool _hasLetPass;
    private bool _closed;
    private TaskCompletionSource _progress = NewProgress();

    public async Task<T> RunAsync<T>(
        Func<SqliteSession?, T> work, long bytes, bool exclusive, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = new WriteRequest<T>(work, bytes, exclusive, cancellationToken);
        while (TryEnqueue(request) is { } progress)
            await progress.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await request.Completion.ConfigureAwait(false);
    }

    /// <summary>Refuses further requests and waits until those accepted are done.</summary>
    public async Task CloseAsync()
    {
        while (true)
        {
            Task progress;
            lock (_lock)
            {
                _closed = true;
                if (!_working)
                    return;
                progress = _progress.Task;
            }

            await progress.ConfigureAwait(false);
        }
    }

    /// <summary>Runs one batch.</summary>
    public void Execute()
    {
        // To the end of the line once: where nobody else is about to come that takes no time, else they join.
        _hasLetPass = !_hasLetPass;
        if (_hasLetPass)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        var batch = TakeBatch();
        if (batch.Count > 0)
            commit(batch);
        TaskCompletionSource progress;
        lock (_lock)
        {
            progress = _progress;
            _progress = NewProgress();
            _working = _waiting.Count > 0;
            if (_working)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        progress.SetResult();
    }

    private static TaskCompletionSource NewProgress() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Null when the request was accepted, else what to wait for before trying again.</summary>
    private Task? TryEnqueue(WriteRequest request)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteDocumentStore));

            // One request larger than the limit goes alone.
            if (_waiting.Count > 0 && (_waiting.Count >= MaxQueued || _bytes + request.Bytes > MaxQueuedBytes))
                return _progress.Task;
            _waiting.Enqueue(request);
            _bytes += request.Bytes;
            if (!_working)
            {
                _working = true;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            return null;
        }
    }

    private List<WriteRequest> TakeBatch()
    {
        var batch = new List<WriteRequest>();
        var bytes = 0L;
        lock (_lock)
        {
            while (batch.Count < MaxBatch && _waiting.TryPeek(out var next))
            {
                if (batch.Count > 0 && (next.IsExclusive || bytes + next.Bytes > MaxBatchBytes))
                    break;
                _waiting.Dequeue();
                bytes += next.Bytes;
                if (next.IsCancelled)
                {
                    next.Cancel();
                    continue;
                }

                batch.Add(next);
                if (next.IsExclusive)
                    break;
            }

            _bytes -= bytes;
        }

        return batch;
    }
}
