namespace Cozy.Storage.Documents.CouchDb;

public sealed partial class CouchDbDocumentStore
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<EditResult>> EditAsync(
        DatabaseName database, IReadOnlyList<DocumentEdit> edits, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return edits.Count == 0 ? [] : await _edits.EditAsync(database, edits, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EditResult>> ReplicateAsync(
        DatabaseName database, IReadOnlyList<ReplicatedEdit> edits, CancellationToken cancellationToken = default)
    {
        if (edits.Count == 0)
            return [];

        using var answer = await WriteAsync(
            HttpMethod.Post,
            database,
            CouchPath.Of(database, "_bulk_docs"),
            CouchRequestWriter.Replicated(edits),
            Repeat.Always,
            cancellationToken);
        return answer.Read(json => json.EnumerateArray()
            .Where(row => row.TryGetProperty("error", out _))
            .Select(row => CouchAnswerReader.Edit(row, row.GetProperty("id").GetString()!))
            .ToList());
    }

    /// <inheritdoc/>
    public async Task<LocalDocument?> GetLocalAsync(
        DatabaseName database, string id, CancellationToken cancellationToken = default)
    {
        using var answer = await _http.SendAsync(
            HttpMethod.Get, CouchPath.OfLocal(database, id), null, Repeat.Always, cancellationToken);
        if (answer.IsSuccess)
            return answer.Read(json => CouchAnswerReader.Local(json, id));
        return CouchErrors.From(answer) is { Kind: not StoreError.NotFound } failure ? throw failure : null;
    }

    /// <inheritdoc/>
    public async Task<string> PutLocalAsync(
        DatabaseName database, string id, string? revision, ReadOnlyMemory<byte> members,
        CancellationToken cancellationToken = default)
    {
        // The new revision follows from the one sent, not from the one stored: doing it twice is doing it once.
        using var answer = await SendAsync(
            HttpMethod.Put,
            CouchPath.OfLocal(database, id),
            cancellationToken,
            CouchRequestWriter.Local(id, revision, members.Span));
        return answer.Read(json => json.GetProperty("rev").GetString()!);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteLocalAsync(
        DatabaseName database, string id, CancellationToken cancellationToken = default)
    {
        if (await GetLocalAsync(database, id, cancellationToken) is not { } current)
            return false;

        using var answer = await _http.SendAsync(
            HttpMethod.Delete,
            CouchPath.OfLocal(database, id).With(("rev", current.Revision)),
            null,
            Repeat.IfNotSent,
            cancellationToken);
        return answer.IsSuccess
            || (CouchErrors.From(answer) is { Kind: not StoreError.NotFound } failure ? throw failure : false);
    }

    /// <summary>
    /// Sends one batch of edits. It is not bound to the cancellation of a caller: others may be in the same batch.
    /// </summary>
    private async Task<IReadOnlyList<EditResult>> SendEditsAsync(DatabaseName database, IReadOnlyList<DocumentEdit> edits)
    {
        using var answer = await WriteAsync(
            HttpMethod.Post,
            database,
            CouchPath.Of(database, "_bulk_docs"),
            CouchRequestWriter.Edits(edits),
            Repeat.IfNotSent,
            CancellationToken.None);
        return answer.Read(json => json.GetArrayLength() == edits.Count
            ? json.EnumerateArray().Select((row, i) => CouchAnswerReader.Edit(row, edits[i].Id)).ToList()
            : throw CouchErrors.Garbage());
    }
}
