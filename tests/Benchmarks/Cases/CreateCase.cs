using System.Text;
using Cozy.Benchmarks.Load;
using Cozy.Benchmarks.Servers;
using Microsoft.Data.Sqlite;

namespace Cozy.Benchmarks.Cases;

/// <summary>
/// Durable creation of documents by 32 writers at one instance, against SQLite with one commit for each, and against
/// appending the same bytes to a file with an fsync for each.
/// </summary>
internal sealed class CreateCase : BenchmarkCase
{
    private const int Writers = 32;

    public override string Name => "create";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        using var database = OpenDatabase(Path.Combine(environment.Folder, "baseline.sqlite"));
        await using var file = new FileStream(Path.Combine(environment.Folder, "baseline.log"), FileMode.Append);
        var gate = new SemaphoreSlim(1);

        var results = await ClosedLoop.AlternateAsync(
            options.Rounds,
            () => RequestLoad.PostAsync(
                environment.Client, new Uri(environment.Cozy, BenchmarkEnvironment.CreatePath), environment.Headers,
                Encoding.UTF8.GetString(environment.Document), options.Duration),
            () => ClosedLoop.RunAsync(Writers, options.Duration, _ => ExclusiveAsync(gate, () => Insert(database, environment.Document))),
            () => ClosedLoop.RunAsync(Writers, options.Duration, _ => ExclusiveAsync(gate, () =>
            {
                file.Write(environment.Document);
                file.Flush(flushToDisk: true);
            })));
        report.Add(
            "create documents of 1 KiB, 32 writers", results[0], 4,
            ("SQLite, a commit each", results[1]), ("append, an fsync each", results[2]));
    }

    private static async Task ExclusiveAsync(SemaphoreSlim gate, Action action)
    {
        await gate.WaitAsync();
        try
        {
            action();
        }
        finally
        {
            gate.Release();
        }
    }

    private static SqliteConnection OpenDatabase(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE documents(id TEXT PRIMARY KEY, body BLOB)";
        command.ExecuteNonQuery();
        return connection;
    }

    private static void Insert(SqliteConnection connection, byte[] document)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO documents VALUES ($id, $body)";
        command.Parameters.AddWithValue("$id", Guid.NewGuid().ToString("N"));
        command.Parameters.AddWithValue("$body", document);
        command.ExecuteNonQuery();
    }
}
