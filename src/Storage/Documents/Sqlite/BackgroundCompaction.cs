using System.Collections.Concurrent;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// Compacts databases that hold much that compaction would drop: one at a time, so that the disk is never busy with
/// more than one, and each in small transactions between those of its writers.
/// </summary>
/// <param name="threshold">How many contents are much; 0 for never.</param>
/// <param name="compact">Compacts one.</param>
internal sealed class BackgroundCompaction(int threshold, Func<DatabaseName, CancellationToken, Task> compact) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<DatabaseName, bool> _wanted = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task _work = Task.CompletedTask;

    /// <summary>Called after each write, inside its transaction: must be quick.</summary>
    public void Consider(DatabaseName database, long superseded)
    {
        if (threshold == 0 || superseded < threshold || !_wanted.TryAdd(database, true))
            return;
        lock (_lock)
        {
            if (!_stop.IsCancellationRequested)
                _work = _work.ContinueWith(_ => RunAsync(database), _stop.Token, TaskContinuationOptions.None, TaskScheduler.Default).Unwrap();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task work;
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
                return;
            _stop.Cancel();
            work = _work;
        }

        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(DatabaseName database)
    {
        try
        {
            await compact(database, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is DocumentStoreException or OperationCanceledException or ObjectDisposedException)
        {
            // The writes of this database meet the same trouble and report it; the next of them brings it here again.
        }
        finally
        {
            _wanted.TryRemove(database, out _);
        }
    }
}
