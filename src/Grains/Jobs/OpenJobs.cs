namespace Cozy.Grains.Jobs;

/// <summary>All jobs of one instance that wait or run.</summary>
internal sealed class OpenJobs(WorkerTypes types, JobInstruments instruments)
{
    private readonly Dictionary<string, OpenJob> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WorkerQueue> _queues = new(StringComparer.Ordinal);
    private bool _isForgotten;

    /// <summary>About how many bytes they take.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many there are.</summary>
    public int Total => _byId.Count;

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<OpenJob> All => _byId.Values;

    /// <summary>The queues, one a worker.</summary>
    public IReadOnlyCollection<WorkerQueue> Queues => _queues.Values;

    /// <summary>A job; null when it is not open.</summary>
    public OpenJob? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The queue of a worker. A worker that is no longer known has one that nobody takes from.</summary>
    public WorkerQueue Of(string worker)
    {
        if (!_queues.TryGetValue(worker, out var queue))
            _queues[worker] = queue = new WorkerQueue(types.Find(worker) ?? new WorkerType(worker));
        return queue;
    }

    /// <summary>Adds a job.</summary>
    public OpenJob Add(JobDocument document, DateTimeOffset now)
    {
        var job = new OpenJob(document) { LeaseUntil = DateTimeOffset.MaxValue, Deadline = DateTimeOffset.MaxValue };
        _byId[document.Id] = job;
        Bytes += document.Size;
        Of(document.Worker).Add(job, now);
        Count(document.Worker, 1);
        return job;
    }

    /// <summary>Puts a job where its new state says, or forgets one that has ended.</summary>
    public void Replace(OpenJob job, JobDocument document, DateTimeOffset now)
    {
        var queue = Of(job.Document.Worker);
        queue.Remove(job);
        Bytes += (document.HasEnded ? 0 : document.Size) - job.Document.Size;
        job.Document = document;
        if (document.HasEnded)
        {
            _byId.Remove(document.Id);
            Count(document.Worker, -1);
        }
        else
        {
            queue.Add(job, now);
        }
    }

    /// <summary>These are no longer the jobs of the instance as this silo knows them: they are not counted from now on.</summary>
    public void Forget()
    {
        foreach (var worker in _byId.Values.CountBy(job => job.Document.Worker))
            Count(worker.Key, -worker.Value);
        _isForgotten = true;
    }

    private void Count(string worker, int change)
    {
        if (!_isForgotten)
            instruments.Opened(worker, change);
    }
}
