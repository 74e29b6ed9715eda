using System.Collections.Concurrent;
using Cozy.CouchDbServer.Changes;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;

namespace Cozy.Web.Data.Feeds;

/// <summary>
/// Signals from the Doctype grains, wherever they are: one call that waits for each database that a feed of this process
/// waits for. The call ends after a while in any case and the feed looks again, which finds what another program wrote.
/// </summary>
internal sealed class GrainSignals(DoctypeGrains grains, TimeProvider time, ILogger<GrainSignals> logger) : IChangeSignals
{
    /// <summary>How long a feed is left waiting before it looks for itself.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<DatabaseName, Lazy<Task>> _waiting = new();

    /// <inheritdoc/>
    public Task Next(DatabaseName database) => _waiting
        .GetOrAdd(database, static (database, self) => new Lazy<Task>(() => self.WaitAsync(database)), this)
        .Value;

    /// <summary>Nothing to do: the grain that writes wakes its feeds.</summary>
    public void Raise(DatabaseName database)
    {
    }

    private async Task WaitAsync(DatabaseName database)
    {
        try
        {
            await grains.Get(database).WaitForChangeAsync(Longest);
        }
        catch (Exception failure)
        {
            // The silo of the grain may have gone; what was missed meanwhile is found by looking.
            FeedLog.SignalFailed(logger, failure, database.Name);
            await Task.Delay(AfterFailure, time);
        }
        finally
        {
            _waiting.TryRemove(database, out _);
        }
    }
}
