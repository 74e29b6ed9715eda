using Cozy.Grains.Errors;

namespace Cozy.Grains.Apps;

/// <summary>
/// What is being done to the apps of one instance, and what was done a moment ago, so that whoever started it learns how
/// it ended. Only for use on the grain's turns.
/// </summary>
internal sealed class AppOperations(TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, Running> _byId = [];

    /// <summary>Whether something is being done to this app.</summary>
    public bool IsBusy(AppKind kind, string slug) => Find(kind, slug) is not null;

    /// <summary>Whether this operation was started.</summary>
    public bool IsKnown(string id) => _byId.ContainsKey(id);

    /// <summary>Notes that an operation begins.</summary>
    public void Begin(AppOperation operation)
    {
        var now = time.GetUtcNow();
        foreach (var (id, running) in _byId.ToArray())
        {
            if (running.Progress.HasEnded && now - running.ChangedAt > Remembered)
                _byId.Remove(id);
        }

        _byId.Add(operation.Id, new Running(operation, now));
    }

    /// <summary>Notes how an operation goes.</summary>
    public void Report(string id, InstalledApp? app, bool hasEnded = false, CozyException? failure = null)
    {
        if (_byId.TryGetValue(id, out var running))
            running.Move(new AppProgress(running.Progress.Step + 1, app ?? running.Progress.App, hasEnded, failure), time.GetUtcNow());
    }

    /// <summary>How an operation goes, once it is further than <paramref name="seen"/> or after the wait.</summary>
    public async Task<AppProgress> WatchAsync(string id, int seen, TimeSpan wait)
    {
        var running = _byId.TryGetValue(id, out var found)
            ? found
            : throw new CozyException(ErrorKind.Unavailable, "unknown_operation", "What became of the operation is unknown.");
        if (running.Progress.Step > seen || running.Progress.HasEnded)
            return running.Progress;
        try
        {
            await running.Changed.WaitAsync(wait, time);
        }
        catch (TimeoutException)
        {
            // Nothing new: whoever asks shall know that it still goes on.
        }

        return running.Progress;
    }

    /// <summary>Waits until nothing is being done to an app, but not longer than is said.</summary>
    public async Task SettleAsync(AppKind kind, string slug, TimeSpan wait)
    {
        using var patience = new CancellationTokenSource(wait, time);
        while (Find(kind, slug) is { } running && !patience.IsCancellationRequested)
        {
            try
            {
                await running.Changed.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private Running? Find(AppKind kind, string slug) => _byId.Values.FirstOrDefault(
        running => !running.Progress.HasEnded && running.Operation.Kind == kind && running.Operation.Slug == slug);

    private sealed class Running(AppOperation operation, DateTimeOffset startedAt)
    {
        private TaskCompletionSource _changed = New();

        public AppOperation Operation { get; } = operation;

        public AppProgress Progress { get; private set; } = new(0, null, false, null);

        public DateTimeOffset ChangedAt { get; private set; } = startedAt;

        public Task Changed => _changed.Task;

        public void Move(AppProgress progress, DateTimeOffset now)
        {
            Progress = progress;
            ChangedAt = now;
            var changed = _changed;
            _changed = New();
            changed.SetResult();
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
