namespace Cozy.Grains.Jobs;

/// <summary>The jobs of one instance for one worker, in the order in which they are handed out.</summary>
internal sealed class WorkerQueue(WorkerType type)
{
    private static readonly IComparer<OpenJob> ByTurn = Comparer<OpenJob>.Create(static (a, b) =>
    {
        var (first, second) = (a.Document, b.Document);
        var order = second.IsManual.CompareTo(first.IsManual);
        if (order == 0)
            order = (second.Options?.Priority ?? 0).CompareTo(first.Options?.Priority ?? 0);
        if (order == 0)
            order = first.QueuedAt.CompareTo(second.QueuedAt);
        return order != 0 ? order : string.CompareOrdinal(first.Id, second.Id);
    });

    private static readonly IComparer<OpenJob> ByTime = Comparer<OpenJob>.Create(static (a, b) =>
    {
        var order = Nullable.Compare(a.Document.NotBefore, b.Document.NotBefore);
        return order != 0 ? order : string.CompareOrdinal(a.Document.Id, b.Document.Id);
    });

    private readonly SortedSet<OpenJob> _ready = new(ByTurn);
    private readonly SortedSet<OpenJob> _delayed = new(ByTime);
    private readonly HashSet<OpenJob> _running = [];

    /// <summary>The kind of worker.</summary>
    public WorkerType Type { get; } = type;

    /// <summary>The jobs that somebody works on.</summary>
    public IReadOnlyCollection<OpenJob> Running => _running;

    /// <summary>Whether the pool was told that there are jobs.</summary>
    public bool IsOffered { get; set; }

    /// <summary>Whether the pool is being told.</summary>
    public bool IsTelling { get; set; }

    /// <summary>Whether the pool is to be told what there is now, after what it is being told.</summary>
    public bool IsToTell { get; set; }

    /// <summary>How many could be handed out now.</summary>
    public int Ready => Type.PerInstance == 0 ? _ready.Count : Math.Min(_ready.Count, Math.Max(0, Type.PerInstance - _running.Count));

    /// <summary>How many wait, ready or not.</summary>
    public int Waiting => _ready.Count + _delayed.Count;

    /// <summary>When the first lease of those that run is over, by the clock that leases have; null for none.</summary>
    public DateTimeOffset? NextExpiry
    {
        get
        {
            DateTimeOffset? next = null;
            foreach (var job in _running)
                next = next is null || job.NextCheck < next ? job.NextCheck : next;
            return next;
        }
    }

    /// <summary>When the first job is to run that waits for its time; null for none.</summary>
    public DateTimeOffset? NextDelayed => _delayed.Min?.Document.NotBefore;

    /// <summary>Puts a job where its state says.</summary>
    public void Add(OpenJob job, DateTimeOffset now)
    {
        if (job.Document.State == JobStates.Running)
            _running.Add(job);
        else if (job.Document.NotBefore > now)
            _delayed.Add(job);
        else
            _ready.Add(job);
    }

    /// <summary>Takes a job out. To be called before its document is replaced, because that decides its place.</summary>
    public void Remove(OpenJob job)
    {
        if (!_running.Remove(job) && !_ready.Remove(job))
            _delayed.Remove(job);
    }

    /// <summary>Marks the next jobs as running, at most so many.</summary>
    public IReadOnlyList<OpenJob> Take(int max)
    {
        var taken = new List<OpenJob>();
        for (var left = Math.Min(max, Ready); left > 0; left--)
        {
            var job = _ready.Min!;
            _ready.Remove(job);
            _running.Add(job);
            taken.Add(job);
        }

        return taken;
    }

    /// <summary>Lets those wait no longer whose time has come.</summary>
    public void Ripen(DateTimeOffset now)
    {
        while (_delayed.Min is { } job && job.Document.NotBefore <= now)
        {
            _delayed.Remove(job);
            _ready.Add(job);
        }
    }
}
