using System.Collections.Concurrent;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Signals of a server through which all writes go.</summary>
internal sealed class ChangeSignals : IChangeSignals
{
    private readonly ConcurrentDictionary<DatabaseName, TaskCompletionSource> _waiting = new();

    /// <inheritdoc/>
    public Task Next(DatabaseName database) => _waiting.GetOrAdd(database, static _ => new(
        TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <inheritdoc/>
    public void Raise(DatabaseName database)
    {
        if (_waiting.TryRemove(database, out var waiting))
            waiting.TrySetResult();
    }
}
