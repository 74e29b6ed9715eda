using System.Buffers;
using System.Text.Json;
using Cozy.Storage.Documents.Mango;

namespace Cozy.Storage.Documents.CouchDb;

/// <content>Mango: indexes and queries.</content>
public sealed partial class CouchDbDocumentStore
{
    /// <inheritdoc/>
    public async Task<IndexCreation> CreateIndexAsync(
        DatabaseName database, IndexRequest request, CancellationToken cancellationToken = default)
    {
        // Asking twice for one index makes it once.
        using var answer = await WriteAsync(
            HttpMethod.Post, database, CouchPath.Of(database, "_index"), request.ToBody(), Repeat.Always, cancellationToken);
        return answer.Read(json => new IndexCreation(
            json.GetProperty("result").GetString() == "created",
            json.GetProperty("id").GetString()!,
            json.GetProperty("name").GetString()!));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MangoIndex>> ListIndexesAsync(
        DatabaseName database, CancellationToken cancellationToken = default)
    {
        using var answer = await SendAsync(HttpMethod.Get, CouchPath.Of(database, "_index"), cancellationToken);
        return answer.Read(json => json.GetProperty("indexes").EnumerateArray()
            .Where(index => index.GetProperty("type").GetString() is "json" or "special")
            .Select(MangoIndex.Parse)
            .ToList());
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteIndexAsync(
        DatabaseName database, string designDocument, string name, CancellationToken cancellationToken = default)
    {
        var path = $"{CouchPath.Of(database, "_index")}/{Uri.EscapeDataString(designDocument)}/json/{Uri.EscapeDataString(name)}";
        using var answer = await _http.SendAsync(HttpMethod.Delete, path, null, Repeat.IfNotSent, cancellationToken);
        return answer.IsSuccess
            || (CouchErrors.From(answer) is { Kind: not StoreError.NotFound } failure ? throw failure : false);
    }

    /// <inheritdoc/>
    public async Task<FindResult> FindAsync(
        DatabaseName database, FindQuery query, CancellationToken cancellationToken = default)
    {
        using var answer = await SendAsync(
            HttpMethod.Post, CouchPath.Of(database, "_find"), cancellationToken, Body(query));
        var result = answer.Read(MangoAnswerReader.Found);
        return query.RequireIndex && result.Warning?.Contains(MangoAnswerReader.NoIndexWarning, StringComparison.Ordinal) == true
            ? throw DocumentStoreException.Invalid("no_index", MangoAnswerReader.NoIndexWarning)
            : result;
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ExplainAsync(
        DatabaseName database, FindQuery query, CancellationToken cancellationToken = default)
    {
        using var answer = await SendAsync(
            HttpMethod.Post, CouchPath.Of(database, "_explain"), cancellationToken, Body(query));
        return answer.Read(json => json.ValueKind == JsonValueKind.Object
            ? DocumentCodec.Canonicalize(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(json))
            : throw CouchErrors.Garbage());
    }

    private static ReadOnlyMemory<byte> Body(FindQuery query)
    {
        var output = new ArrayBufferWriter<byte>(512);
        query.WriteTo(output);
        return output.WrittenMemory;
    }
}
