using System.Net;

namespace Cozy.Storage.Documents.CouchDb;

/// <summary>
/// Documents in a CouchDB server (Apache CouchDB 3, or any that speaks its protocol), in databases named
/// <c>partition/name</c>.
/// </summary>
/// <remarks>
/// Reads are repeated while the server is away for a moment. An ordinary edit is sent again only when it certainly
/// did not arrive; otherwise its failure is <see cref="StoreError.Unavailable"/> and the caller reads before it
/// decides. Replicated revisions may be sent any number of times.
/// </remarks>
public sealed partial class CouchDbDocumentStore : IDocumentStore
{
    private readonly CouchHttp _http;
    private readonly EditBatches _edits;

    /// <summary>A store on a server; nothing is asked of it yet.</summary>
    public CouchDbDocumentStore(CouchDbOptions options)
    {
        _http = new CouchHttp(options);
        _edits = new EditBatches(SendEditsAsync);
    }

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public async Task PingAsync(CancellationToken cancellationToken = default)
    {
        using var answer = await SendAsync(HttpMethod.Get, "_up", cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> CreateDatabaseAsync(DatabaseName database, CancellationToken cancellationToken = default)
    {
        using var answer = await _http.SendAsync(
            HttpMethod.Put, CouchPath.Of(database), null, Repeat.IfNotSent, cancellationToken);
        return answer.IsSuccess
            || (CouchErrors.From(answer) is { Kind: not StoreError.DatabaseExists } failure ? throw failure : false);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteDatabaseAsync(DatabaseName database, CancellationToken cancellationToken = default)
    {
        using var answer = await _http.SendAsync(
            HttpMethod.Delete, CouchPath.Of(database), null, Repeat.IfNotSent, cancellationToken);
        return answer.IsSuccess || (answer.Status == HttpStatusCode.NotFound ? false : throw CouchErrors.From(answer));
    }

    /// <inheritdoc/>
    public async Task<DatabaseInfo?> GetInfoAsync(DatabaseName database, CancellationToken cancellationToken = default)
    {
        using var answer = await _http.SendAsync(
            HttpMethod.Get, CouchPath.Of(database), null, Repeat.Always, cancellationToken);
        if (answer.IsSuccess)
            return answer.Read(CouchAnswerReader.Info);
        return CouchErrors.From(answer) is { Kind: StoreError.DatabaseMissing } ? null : throw CouchErrors.From(answer);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DatabaseName>> ListDatabasesAsync(
        string? partition = null, CancellationToken cancellationToken = default)
    {
        var path = "_all_dbs";
        if (!string.IsNullOrEmpty(partition))
        {
            path = path.With(
                ("startkey", CouchRequestWriter.Quote(partition + "/")),
                ("endkey", CouchRequestWriter.Quote(partition + "/\ufff0")));
        }

        using var answer = await SendAsync(HttpMethod.Get, path, cancellationToken);
        // Names that begin with an underscore are the server's own.
        return answer.Read(json => json.EnumerateArray()
            .Select(name => name.GetString()!)
            .Where(name => !name.StartsWith('_'))
            .Order(StringComparer.Ordinal)
            .Select(DatabaseName.Parse)
            .Where(name => partition is null || name.Partition == partition)
            .ToList());
    }

    /// <inheritdoc/>
    public async Task DeletePartitionAsync(string partition, CancellationToken cancellationToken = default)
    {
        foreach (var database in await ListDatabasesAsync(partition, cancellationToken))
            await DeleteDatabaseAsync(database, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A request that may be sent any number of times.</summary>
    private async Task<CouchAnswer> SendAsync(
        HttpMethod method, string path, CancellationToken cancellationToken, ReadOnlyMemory<byte>? body = null)
    {
        var answer = await _http.SendAsync(method, path, body, Repeat.Always, cancellationToken);
        if (answer.IsSuccess)
            return answer;
        using (answer)
            throw CouchErrors.From(answer);
    }

    /// <summary>A write, for which the database is created when the server says that it is missing.</summary>
    private async Task<CouchAnswer> WriteAsync(
        HttpMethod method,
        DatabaseName database,
        string path,
        ReadOnlyMemory<byte> body,
        Repeat repeat,
        CancellationToken cancellationToken)
    {
        var answer = await _http.SendAsync(method, path, body, repeat, cancellationToken);
        if (answer.IsSuccess)
            return answer;
        using (answer)
        {
            var failure = CouchErrors.From(answer);
            if (failure.Kind != StoreError.DatabaseMissing)
                throw failure;
        }

        await CreateDatabaseAsync(database, cancellationToken);
        answer = await _http.SendAsync(method, path, body, repeat, cancellationToken);
        if (answer.IsSuccess)
            return answer;
        using (answer)
            throw CouchErrors.From(answer);
    }
}
