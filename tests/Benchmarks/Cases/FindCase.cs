using System.Globalization;
using System.Text;
using Cozy.Benchmarks.Load;
using Cozy.Benchmarks.Servers;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Cozy.Storage.Documents.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cozy.Benchmarks.Cases;

/// <summary>
/// The 30 documents of 1 KiB from a value on, on an index, out of more and more documents: the embedded engine against the
/// same query written by hand on a table of SQLite with an index of its own.
/// </summary>
internal sealed class FindCase : BenchmarkCase
{
    private const int Found = 30;
    private const int Batch = 5000;

    private static readonly DatabaseName Database = new("benchmark", "io-cozy-benchmarks");
    private static readonly string Filling = new('x', 900);

    public override string Name => "find";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        int[] sizes = options.Million ? [1000, 10_000, 100_000, 1_000_000] : [1000, 10_000, 100_000];
        foreach (var size in sizes)
        {
            var folder = Directory.CreateDirectory(Path.Combine(environment.Folder, $"find-{size}")).FullName;
            await using var store = new SqliteDocumentStore(new SqliteDocumentOptions { Directory = folder, Durable = false });
            await FillAsync(store, size);
            using var table = OpenTable(Path.Combine(folder, "baseline.db"), size);
            using var query = PrepareQuery(table);
            var random = new Random(1);

            var results = await ClosedLoop.AlternateAsync(
                options.Rounds,
                () => ClosedLoop.RunAsync(1, options.Duration, _ => FindAsync(store, random.Next(size - Found))),
                () => ClosedLoop.RunAsync(1, options.Duration, _ => Find(query, random.Next(size - Found))));
            var text = size.ToString("N0", CultureInfo.InvariantCulture);
            report.Add($"find {Found} of {text} documents on an index", results[0], 0.5, ("SQLite by hand", results[1]));
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FillAsync(SqliteDocumentStore store, int size)
    {
        for (var i = 0; i < size; i += Batch)
        {
            var edits = Enumerable.Range(i, Math.Min(Batch, size - i))
                .Select(n => new DocumentEdit(Id(n), null, false, Encoding.UTF8.GetBytes(Members(n, size))))
                .ToList();
            await store.EditAsync(Database, edits);
        }

        await store.CreateIndexAsync(Database, IndexRequest.Create([new SortField("rank")], "rank", "rank"));
        await FindAsync(store, 0);
    }

    private static async Task FindAsync(SqliteDocumentStore store, int from)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"{{\"selector\":{{\"rank\":{{\"$gte\":{from}}}}},\"sort\":[\"rank\"],\"limit\":{Found}}}");
        var result = await store.FindAsync(Database, FindQuery.Parse(Encoding.UTF8.GetBytes(body)));
        if (result.Documents.Count != Found)
            throw new InvalidOperationException($"Found {result.Documents.Count} documents.");
    }

    private static SqliteConnection OpenTable(string path, int size)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        Run(connection, "PRAGMA journal_mode=WAL; PRAGMA cache_size=-2000; CREATE TABLE documents(id TEXT PRIMARY KEY, rank INTEGER, body BLOB)");
        using (var transaction = connection.BeginTransaction())
        using (var insert = connection.CreateCommand())
        {
            insert.CommandText = "INSERT INTO documents VALUES ($id, $rank, $body)";
            var id = insert.Parameters.Add("$id", SqliteType.Text);
            var rank = insert.Parameters.Add("$rank", SqliteType.Integer);
            var body = insert.Parameters.Add("$body", SqliteType.Blob);
            for (var n = 0; n < size; n++)
            {
                (id.Value, rank.Value) = (Id(n), Rank(n, size));
                body.Value = Encoding.UTF8.GetBytes($"{{{Members(n, size)}}}");
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        Run(connection, "CREATE INDEX documents_by_rank ON documents(rank)");
        return connection;
    }

    private static SqliteCommand PrepareQuery(SqliteConnection connection)
    {
        var query = connection.CreateCommand();
        query.CommandText = "SELECT id, body FROM documents WHERE rank >= $from ORDER BY rank, id LIMIT 30";
        query.Parameters.Add("$from", SqliteType.Integer);
        return query;
    }

    private static Task Find(SqliteCommand query, int from)
    {
        query.Parameters[0].Value = from;
        using var row = query.ExecuteReader();
        var count = 0;
        while (row.Read())
        {
            count += row.GetString(0).Length > 0 ? 1 : 0;
            row.GetFieldValue<byte[]>(1);
        }

        return count == Found ? Task.CompletedTask : throw new InvalidOperationException($"Found {count} rows.");
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static string Id(int n) => string.Create(CultureInfo.InvariantCulture, $"{n * 2654435761L % 4294967296L:x8}{n:x8}");

    /// <summary>Each number once, in no order of the ids.</summary>
    private static long Rank(int n, int size) => n * 7919L % size;

    private static string Members(int n, int size) =>
        string.Create(CultureInfo.InvariantCulture, $"\"title\":\"Document {n}\",\"text\":\"{Filling}\",\"rank\":{Rank(n, size)},\"done\":false");
}
