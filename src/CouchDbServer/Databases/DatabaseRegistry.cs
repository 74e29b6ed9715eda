using System.Collections.Concurrent;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Databases;

/// <summary>
/// Remembers which databases exist, because the store creates a missing one on the first write and CouchDB does not:
/// every request asks here first. This process is the only one that creates and deletes them.
/// </summary>
internal sealed class DatabaseRegistry(IDocumentStore store)
{
    private readonly ConcurrentDictionary<DatabaseName, bool> _existing = new();

    /// <exception cref="CouchException">There is no such database.</exception>
    public async ValueTask RequireAsync(DatabaseName database, CancellationToken cancellationToken)
    {
        if (_existing.ContainsKey(database))
            return;
        if (await store.GetInfoAsync(database, cancellationToken) is null)
            throw CouchException.DatabaseMissing();
        _existing[database] = true;
    }

    public async Task<bool> CreateAsync(DatabaseName database, CancellationToken cancellationToken)
    {
        var created = await store.CreateDatabaseAsync(database, cancellationToken);
        _existing[database] = true;
        return created;
    }

    public async Task<bool> DeleteAsync(DatabaseName database, CancellationToken cancellationToken)
    {
        _existing.TryRemove(database, out _);
        var deleted = await store.DeleteDatabaseAsync(database, cancellationToken);
        // Again: a request may have found it there while it was being deleted.
        _existing.TryRemove(database, out _);
        return deleted;
    }
}
