using System.Text;
using System.Text.Json;
using Cozy.Benchmarks.Load;
using Cozy.Benchmarks.Servers;
using Microsoft.Data.Sqlite;

namespace Cozy.Benchmarks.Cases;

/// <summary>
/// All of 10,000 documents of 1 KiB in one answer, against reading the same rows with SQLite, and against Kestrel answering
/// the same bytes from memory.
/// </summary>
internal sealed class ListCase : BenchmarkCase
{
    private const int Clients = 2;

    public override string Name => "list";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        await DataCases.FillAsync(environment);
        const string path = $"/data/{BenchmarkEnvironment.ListDoctype}/_all_docs?include_docs=true";
        var bytes = await DataCases.RecordAsync(environment, HttpMethod.Get, path, null, "listing.json");
        var tables = Enumerable.Range(0, Clients).Select(n => OpenTable(Path.Combine(environment.Folder, $"listing-{n}.db"))).ToArray();
        var results = await ClosedLoop.AlternateAsync(
            options.Rounds,
            () => ClosedLoop.RunAsync(Clients, options.Duration, _ => DataCases.ReadAsync(environment, path)),
            () => ClosedLoop.RunAsync(Clients, options.Duration, worker => ReadTable(tables[worker])),
            () => ClosedLoop.RunAsync(Clients, options.Duration, _ => DataCases.ReadBareAsync(environment, "listing.json")));
        foreach (var table in tables)
            table.Dispose();
        report.Add(
            $"list {DataCases.Documents:N0} documents of 1 KiB with contents, {Clients} clients", results[0], 0.4,
            ("SQLite, the same rows", results[1]), ("bare Kestrel", results[2]));
        var perSecond = Report.Median(results[0].Select(round => round.PerSecond));
        report.Add("the same", "cozy", perSecond * bytes / (1 << 20), "MiB/s", "");
    }

    private static SqliteConnection OpenTable(string path)
    {
        var connection = Tables.Open(path);
        Tables.Insert(connection, 0, DataCases.Documents, new byte[1024]);
        return connection;
    }

    private static Task ReadTable(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, body FROM documents ORDER BY id";
        using var row = command.ExecuteReader();
        var bytes = 0L;
        while (row.Read())
            bytes += row.GetString(0).Length + row.GetFieldValue<byte[]>(1).Length;
        return bytes > DataCases.Documents * 1024L ? Task.CompletedTask : throw new InvalidOperationException($"Read {bytes} bytes.");
    }
}

/// <summary>A query on an index that finds 30 of 10,000 documents, against Kestrel answering the same bytes from memory.</summary>
internal sealed class QueryCase : BenchmarkCase
{
    public override string Name => "query";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        await DataCases.FillAsync(environment);
        var index = """{"index":{"fields":["rank"]},"ddoc":"by_rank"}""";
        (await environment.SendAsync(HttpMethod.Post, $"/data/{BenchmarkEnvironment.ListDoctype}/_index", Encoding.UTF8.GetBytes(index))).Dispose();
        const string path = $"/data/{BenchmarkEnvironment.ListDoctype}/_find";
        const string query = """{"selector":{"rank":{"$gte":5000}},"limit":30}""";
        await DataCases.RecordAsync(environment, HttpMethod.Post, path, query, "found.json");
        var results = await ClosedLoop.AlternateAsync(
            options.Rounds,
            () => RequestLoad.PostAsync(environment.Client, new Uri(environment.Cozy, path), environment.Headers, query, options.Duration),
            () => RequestLoad.GetAsync(environment.Client, new Uri(environment.Bare, "/answer/found.json"), environment.Headers, options.Duration));
        report.Add($"find 30 of {DataCases.Documents:N0} documents by an index, 32 clients", results[0], null, ("bare Kestrel", results[1]));
    }
}

/// <summary>What the cases on many documents share.</summary>
internal static class DataCases
{
    public const int Documents = 10_000;

    private const int Batch = 1000;
    private static readonly HashSet<BenchmarkEnvironment> Filled = [];

    /// <summary>Writes the documents, once.</summary>
    public static async Task FillAsync(BenchmarkEnvironment environment)
    {
        if (!Filled.Add(environment))
            return;
        for (var start = 0; start < Documents; start += Batch)
        {
            var docs = Enumerable.Range(start, Batch)
                .Select(n => new { _id = $"document-{n:000000}", title = "A document of one KiB", text = new string('x', 900), rank = n });
            var body = JsonSerializer.SerializeToUtf8Bytes(new { docs });
            (await environment.SendAsync(HttpMethod.Post, $"/data/{BenchmarkEnvironment.ListDoctype}/_bulk_docs", body)).Dispose();
        }
    }

    /// <summary>Keeps an answer for the bare server; returns its size in bytes.</summary>
    public static async Task<int> RecordAsync(BenchmarkEnvironment environment, HttpMethod method, string path, string? body, string name)
    {
        using var response = await environment.SendAsync(method, path, body is null ? null : Encoding.UTF8.GetBytes(body));
        var bytes = await response.Content.ReadAsByteArrayAsync();
        await File.WriteAllBytesAsync(Path.Combine(environment.Folder, name), bytes);
        return bytes.Length;
    }

    public static async Task ReadAsync(BenchmarkEnvironment environment, string path)
    {
        using var response = await environment.SendAsync(HttpMethod.Get, path);
        await response.Content.CopyToAsync(Stream.Null);
    }

    public static async Task ReadBareAsync(BenchmarkEnvironment environment, string name)
    {
        using var response = await environment.Client.GetAsync(
            new Uri(environment.Bare, "/answer/" + name), HttpCompletionOption.ResponseHeadersRead);
        await response.Content.CopyToAsync(Stream.Null);
    }
}
