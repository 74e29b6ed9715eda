using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Cozy.Benchmarks.Load;
using Cozy.Benchmarks.Servers;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cozy.Benchmarks.Cases;

/// <summary>1,000 new documents of 1 KiB in one request, durable, against the same rows inserted by hand in one transaction.</summary>
internal sealed class BulkCase : BenchmarkCase
{
    private const int Batch = 1000;
    private static readonly DatabaseName Database = new("benchmark", "io-cozy-benchmarks");
    private static readonly byte[] Members = Encoding.UTF8.GetBytes($"\"title\":\"Document\",\"text\":\"{new string('x', 960)}\",\"done\":false");

    public override string Name => "bulk";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var folder = Directory.CreateDirectory(Path.Combine(environment.Folder, "bulk")).FullName;
        await using var store = new SqliteDocumentStore(new SqliteDocumentOptions { Directory = folder });
        using var connection = Tables.Open(Path.Combine(folder, "baseline.db"));
        var next = 0;
        var results = await ClosedLoop.AlternateAsync(
            options.Rounds,
            () => ClosedLoop.RunAsync(1, options.Duration, _ => WriteAsync(store, Interlocked.Add(ref next, Batch))),
            () => ClosedLoop.RunAsync(1, options.Duration, _ => Write(connection, Interlocked.Add(ref next, Batch))));
        report.Add($"write {Batch} documents in one request, durable", results[0], 0.3, ("SQLite, one transaction", results[1]));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task WriteAsync(SqliteDocumentStore store, int first)
    {
        var edits = Enumerable.Range(first, Batch).Select(n => new DocumentEdit(Tables.Id(n), null, false, Members)).ToList();
        var results = await store.EditAsync(Database, edits);
        if (results.Any(r => r.Failure is not null))
            throw new InvalidOperationException("A document was not written.");
    }

    private static Task Write(SqliteConnection connection, int first)
    {
        Tables.Insert(connection, first, Batch, Members);
        return Task.CompletedTask;
    }
}

/// <summary>2,000 instances written to one after the other: what memory and how many descriptors the server then has.</summary>
internal sealed class ManyInstancesCase : BenchmarkCase
{
    private const int Instances = 2000;

    public override string Name => "many";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var server = await DocumentServer.StartAsync(environment, "many");
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < Instances; i++)
            {
                if (round == 0)
                    await server.SendAsync(HttpMethod.Put, $"instance{i}%2Fnotes", null);
                await server.SendAsync(HttpMethod.Post, $"instance{i}%2Fnotes", "{\"v\":1}");
            }
        }

        var line = (await File.ReadAllLinesAsync($"/proc/{server.ProcessId}/status"))
            .First(candidate => candidate.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kilobytes = double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        report.Add($"{Instances:N0} instances touched in turn, memory", "cozy", kilobytes / 1024, "MiB", "");
        report.Add(
            $"{Instances:N0} instances touched in turn, descriptors", "cozy",
            Directory.GetFileSystemEntries($"/proc/{server.ProcessId}/fd").Length, "", "");
    }
}

/// <summary><c>cozy couchdb serve</c> in a process of its own.</summary>
internal sealed class DocumentServer
{
    private readonly HttpClient _client;
    private readonly Uri _url;

    private DocumentServer(HttpClient client, Uri url, int processId)
    {
        (_client, _url, ProcessId) = (client, url, processId);
    }

    public int ProcessId { get; }

    public static async Task<DocumentServer> StartAsync(BenchmarkEnvironment environment, string name)
    {
        var url = new Uri($"http://127.0.0.1:{BenchmarkEnvironment.FreePort()}/");
        var process = environment.Start(
            "dotnet", BenchmarkEnvironment.SiloPath(), "couchdb", "serve", "--data", Path.Combine(environment.Folder, name),
            "--urls", url.ToString().TrimEnd('/'), "--admin", "admin:benchmark");
        await environment.WaitForAsync(new Uri(url, "_up"));
        return new DocumentServer(environment.Client, url, process.Id);
    }

    /// <summary>Sends a request, reads the answer to its end and returns its length.</summary>
    public async Task<long> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(_url, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("admin:benchmark"u8));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        var length = 0L;
        while (await stream.ReadAsync(buffer) is > 0 and var count)
            length += count;
        return length;
    }
}

/// <summary>The plainest table of documents.</summary>
internal static class Tables
{
    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-2000; CREATE TABLE documents(id TEXT PRIMARY KEY, body BLOB)";
        command.ExecuteNonQuery();
        return connection;
    }

    public static string Id(int n) => n.ToString("x8", CultureInfo.InvariantCulture);

    public static void Insert(SqliteConnection connection, int first, int count, byte[] body)
    {
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO documents VALUES ($id, $body)";
        var id = insert.Parameters.Add("$id", SqliteType.Text);
        insert.Parameters.Add("$body", SqliteType.Blob).Value = body;
        for (var n = first; n < first + count; n++)
        {
            id.Value = Id(n);
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
