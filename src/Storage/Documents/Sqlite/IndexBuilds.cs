using System.Collections.Concurrent;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// Runs <see cref="IndexBuilder"/> in the background, once per database. Nothing depends on a run: a query whose index
/// is not complete starts one and waits.
/// </summary>
internal sealed class IndexBuilds
{
    private readonly ConcurrentDictionary<DatabaseName, Lazy<Task>> _running = new();

    /// <summary>Works on a database's indexes until there is nothing more to do; joins a run that is under way.</summary>
    public Task RunAsync(DatabaseName database, PartitionFile file) => _running
        .GetOrAdd(database, name => new Lazy<Task>(() => WorkAsync(name, file)))
        .Value;

    private async Task WorkAsync(DatabaseName database, PartitionFile file)
    {
        try
        {
            while (await file.WriteAsync(
                session => IndexBuilder.Work(session, database.Name), 0, CancellationToken.None).ConfigureAwait(false))
            {
            }
        }
        finally
        {
            _running.TryRemove(database, out _);
        }
    }
}
