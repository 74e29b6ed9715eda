using System.Text.RegularExpressions;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// The embedded engine: a CouchDB in the process, in one SQLite file per partition. Writes of a partition that arrive
/// together share a transaction; each is durable before it is acknowledged.
/// </summary>
public sealed partial class SqliteDocumentStore : IDocumentStore
{
    private readonly SqliteDocumentOptions _options;
    private readonly TimeProvider _time;
    private readonly PartitionFiles _files;
    private readonly BackgroundCompaction _compaction;

    /// <summary>Opens a store on a folder, which is created when missing; files are opened when they are used.</summary>
    public SqliteDocumentStore(SqliteDocumentOptions options, TimeProvider? time = null)
    {
        _options = options;
        _time = time ?? TimeProvider.System;
        _files = new PartitionFiles(options, _time);
        _compaction = new BackgroundCompaction(options.CompactAfterRevisions, CompactAsync);
    }

    /// <inheritdoc/>
    public bool IsShared => false;

    /// <summary>How many partitions are open.</summary>
    internal int OpenPartitions => _files.OpenCount;

    /// <summary>For tests: lets a file grow no further, as a full disk does.</summary>
    internal void LimitPages(string partition, int pages) => _files[partition].LimitPages(pages);

    /// <inheritdoc/>
    public Task PingAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Directory.Exists(_options.Directory)
            ? Task.CompletedTask
            : throw new DocumentStoreException(
                StoreError.Unavailable, "unavailable", $"The folder {_options.Directory} is not there.");
    }

    /// <inheritdoc/>
    public Task<bool> CreateDatabaseAsync(DatabaseName database, CancellationToken cancellationToken = default) =>
        FileOf(database).WriteAsync(
            session =>
            {
                if (DatabaseState.Load(session, database.Name) is not null)
                    return false;
                DatabaseState.Create(session, database.Name, _options.RevisionsLimit, _time.GetUtcNow());
                return true;
            },
            0,
            cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> DeleteDatabaseAsync(DatabaseName database, CancellationToken cancellationToken = default)
    {
        // A deletion must not create the file it looks into.
        if (await GetInfoAsync(database, cancellationToken).ConfigureAwait(false) is null)
            return false;
        return await FileOf(database).WriteAsync(
            session => DeleteDatabase(session, database.Name), 0, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<DatabaseInfo?> GetInfoAsync(DatabaseName database, CancellationToken cancellationToken = default) =>
        Task.Run(
            () => FileOf(database).TryRead(
                database.Name, static (session, name) => DatabaseState.Load(session, name)?.ToInfo(), out var info) ? info : null,
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DatabaseName>> ListDatabasesAsync(
        string? partition = null, CancellationToken cancellationToken = default) =>
        Task.Run<IReadOnlyList<DatabaseName>>(
            () =>
            {
                var names = new List<DatabaseName>();
                foreach (var one in partition is null ? _files.OnDisk() : [partition])
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (_files[one].TryRead(one, ReadNames, out var found))
                        names.AddRange(found);
                }

                return names;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task DeletePartitionAsync(string partition, CancellationToken cancellationToken = default) =>
        _files[partition].DeleteAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _compaction.DisposeAsync().ConfigureAwait(false);
        await _files.DisposeAsync().ConfigureAwait(false);
    }

    private static List<DatabaseName> ReadNames(SqliteSession session, string partition)
    {
        var names = new List<DatabaseName>();
        using var row = session.Query("SELECT name FROM databases ORDER BY name");
        while (row.Read())
            names.Add(new DatabaseName(partition, row.Text(0)));
        return names;
    }

    private static bool DeleteDatabase(SqliteSession session, string name)
    {
        if (DatabaseState.Load(session, name) is not { } database)
            return false;
        session.Run("DELETE FROM index_entries WHERE idx IN (SELECT id FROM indexes WHERE db = $1)", database.Id);
        session.Run("DELETE FROM indexes WHERE db = $1", database.Id);
        session.Run("DELETE FROM bodies WHERE doc IN (SELECT doc FROM documents WHERE db = $1)", database.Id);
        session.Run("DELETE FROM documents WHERE db = $1", database.Id);
        session.Run("DELETE FROM local_documents WHERE db = $1", database.Id);
        session.Run("DELETE FROM purges WHERE db = $1", database.Id);
        Contents.DropAll(session, database.Id);
        session.Run("DELETE FROM databases WHERE id = $1", database.Id);
        session.Databases!.Remove(name);
        return true;
    }

    [GeneratedRegex(@"^(_users|_replicator|_global_changes|[a-z][a-z0-9_$()+/-]{0,237})\z")]
    private static partial Regex LegalName();

    private PartitionFile FileOf(DatabaseName database)
    {
        if (LegalName().IsMatch(database.ToString()))
            return _files[database.Partition];
        throw new DocumentStoreException(
            StoreError.InvalidDatabaseName,
            "illegal_database_name",
            $"Name: '{database}'. Only lowercase characters (a-z), digits (0-9), and any of the characters _, $, (, ), +, -, and / are allowed. Must begin with a letter.");
    }
}
