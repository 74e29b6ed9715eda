namespace Cozy.Storage.Documents;

/// <summary>
/// The document port: databases of JSON documents with CouchDB's semantics (revision trees, tombstones, a changes
/// feed). Every adapter passes the same contract tests.
/// </summary>
/// <remarks>
/// A method that writes returns only after the write is durable. Methods may be called concurrently. Failures are
/// <see cref="DocumentStoreException"/>; a missing database is one, except where a method says otherwise.
/// </remarks>
public interface IDocumentStore : IDocumentAccess, IAsyncDisposable
{
    /// <summary>Whether other processes may write the same databases, so that what was read may be outdated.</summary>
    bool IsShared { get; }

    /// <summary>Fails when the store cannot serve requests.</summary>
    Task PingAsync(CancellationToken cancellationToken = default);

    /// <summary>Creates a database; false when it exists already.</summary>
    Task<bool> CreateDatabaseAsync(DatabaseName database, CancellationToken cancellationToken = default);

    /// <summary>Removes a database and all its documents; false when there is none.</summary>
    Task<bool> DeleteDatabaseAsync(DatabaseName database, CancellationToken cancellationToken = default);

    /// <summary>All databases of a partition in name order; of all partitions when it is null.</summary>
    Task<IReadOnlyList<DatabaseName>> ListDatabasesAsync(
        string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Removes all databases of a partition. Does nothing when there are none.</summary>
    Task DeletePartitionAsync(string partition, CancellationToken cancellationToken = default);
}
