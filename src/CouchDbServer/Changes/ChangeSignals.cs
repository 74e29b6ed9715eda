using System.Collections.Concurrent;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Changes;

/// <summary>
/// Wakes the feeds that wait for a database. All writes go through this process, so a feed that takes the signal
/// before it reads misses nothing: what was written after its read completes that signal.
/// </summary>
internal sealed class ChangeSignals
{
    private readonly ConcurrentDictionary<DatabaseName, TaskCompletionSource> _waiting = new();

    /// <summary>Completes at the next change of the database.</summary>
    public Task Next(DatabaseName database) => _waiting.GetOrAdd(database, static _ => new(
        TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Says that the database has changed.</summary>
    public void Raise(DatabaseName database)
    {
        if (_waiting.TryRemove(database, out var waiting))
            waiting.TrySetResult();
    }
}
