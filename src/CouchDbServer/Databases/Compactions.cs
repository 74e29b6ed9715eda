using System.Collections.Concurrent;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;

namespace Cozy.CouchDbServer.Databases;

/// <summary>Compacts databases while their clients go on; asking twice while one is at work is asking once.</summary>
internal sealed class Compactions(IDocumentStore store, ILogger logger, CancellationToken stopping)
{
    private readonly ConcurrentDictionary<DatabaseName, bool> _running = new();

    public bool IsRunning(DatabaseName database) => _running.ContainsKey(database);

    public void Start(DatabaseName database)
    {
        if (_running.TryAdd(database, true))
            _ = Task.Run(() => RunAsync(database), CancellationToken.None);
    }

    private async Task RunAsync(DatabaseName database)
    {
        try
        {
            await store.CompactAsync(database, stopping);
        }
        catch (OperationCanceledException)
        {
            // The server stops; what was compacted is, the rest will be another time.
        }
        catch (Exception failure) when (failure is DocumentStoreException or ObjectDisposedException)
        {
            CouchDbServerLog.CompactionFailed(logger, failure, database);
        }
        finally
        {
            _running.TryRemove(database, out _);
        }
    }
}
