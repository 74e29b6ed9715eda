using System.Globalization;
using System.Text.Json;

namespace Cozy.Storage.Documents.CouchDb;

public sealed partial class CouchDbDocumentStore
{
    /// <inheritdoc/>
    public ValueTask<StoredDocument?> GetAsync(
        DatabaseName database, string id, ReadOptions options, CancellationToken cancellationToken = default) =>
        new(GetAsync(database, id, options, attachmentEncodings: false, cancellationToken));

    private async Task<StoredDocument?> GetAsync(
        DatabaseName database, string id, ReadOptions options, bool attachmentEncodings, CancellationToken cancellationToken)
    {
        var path = CouchPath.OfDocument(database, id).With(
            ("rev", options.Revision?.ToString()),
            ("latest", CouchPath.Flag(options.Latest && options.Revision is not null)),
            ("revs", CouchPath.Flag(options.WithRevisions)),
            ("revs_info", CouchPath.Flag(options.WithRevisionsInfo)),
            ("conflicts", CouchPath.Flag(options.WithConflicts)),
            ("deleted_conflicts", CouchPath.Flag(options.WithDeletedConflicts)),
            ("local_seq", CouchPath.Flag(options.WithLocalSequence)),
            ("att_encoding_info", CouchPath.Flag(attachmentEncodings)));
        using var answer = await _http.SendAsync(HttpMethod.Get, path, null, Repeat.Always, cancellationToken);
        if (answer.IsSuccess)
            return answer.Read(json => CouchAnswerReader.Document(json, options));

        var failure = CouchErrors.From(answer);
        if (failure.Kind != StoreError.NotFound)
            throw failure;
        return failure.Reason == "deleted" ? await GetTombstoneAsync(database, id, options, cancellationToken) : null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LeafRead>?> GetLeavesAsync(
        DatabaseName database, string id, IReadOnlyList<Revision>? revisions, bool latest, bool withRevisions,
        CancellationToken cancellationToken = default)
    {
        if (revisions is { Count: 0 })
            return await ExistsAsync(database, id, cancellationToken) ? [] : null;

        var wanted = revisions is null
            ? "all"
            : $"[{string.Join(',', revisions.Select(revision => CouchRequestWriter.Quote(revision.ToString())))}]";
        var path = CouchPath.OfDocument(database, id).With(
            ("open_revs", wanted), ("latest", CouchPath.Flag(latest)), ("revs", CouchPath.Flag(withRevisions)));
        using var answer = await _http.SendAsync(HttpMethod.Get, path, null, Repeat.Always, cancellationToken);
        if (!answer.IsSuccess)
            return CouchErrors.From(answer) is { Kind: not StoreError.NotFound } failure ? throw failure : null;

        var options = new ReadOptions { WithRevisions = withRevisions };
        var leaves = answer.Read(json => json.EnumerateArray().Select(leaf => CouchAnswerReader.Leaf(leaf, options)).ToList());
        // Of a document that was never there CouchDB says that each revision is missing.
        var mayBeMissing = leaves.TrueForAll(leaf => leaf.Document is null);
        return mayBeMissing && !await ExistsAsync(database, id, cancellationToken) ? null : leaves;
    }

    /// <inheritdoc/>
    public async Task<DocumentPage> ListAsync(
        DatabaseName database, ListQuery query, CancellationToken cancellationToken = default)
    {
        var isRange = query.Keys is null;
        var path = CouchPath.Of(database, "_all_docs").With(
            ("startkey", isRange && query.StartKey is not null ? CouchRequestWriter.Quote(query.StartKey) : null),
            ("endkey", isRange && query.EndKey is not null ? CouchRequestWriter.Quote(query.EndKey) : null),
            ("inclusive_end", isRange && !query.InclusiveEnd ? "false" : null),
            ("descending", CouchPath.Flag(query.Descending)),
            ("limit", query.Limit?.ToString(CultureInfo.InvariantCulture)),
            ("skip", query.Skip > 0 ? query.Skip.ToString(CultureInfo.InvariantCulture) : null),
            ("include_docs", CouchPath.Flag(query.IncludeDocuments)));
        using var answer = query.Keys is null
            ? await SendAsync(HttpMethod.Get, path, cancellationToken)
            : await SendAsync(HttpMethod.Post, path, cancellationToken, CouchRequestWriter.List("keys", query.Keys));
        return answer.Read(json => CouchAnswerReader.Page(json, query.IncludeDocuments));
    }

    /// <inheritdoc/>
    public async Task<ChangesPage> ReadChangesAsync(
        DatabaseName database, ChangesQuery query, CancellationToken cancellationToken = default)
    {
        var path = CouchPath.Of(database, "_changes").With(
            ("since", query.Since),
            ("limit", (query.Limit + query.Skip)?.ToString(CultureInfo.InvariantCulture)),
            ("descending", CouchPath.Flag(query.Descending)),
            ("include_docs", CouchPath.Flag(query.IncludeDocuments)),
            ("style", query.AllLeaves ? "all_docs" : null),
            ("filter", query.DocumentIds is null ? null : "_doc_ids"));
        using var answer = query.DocumentIds is null
            ? await SendAsync(HttpMethod.Get, path, cancellationToken)
            : await SendAsync(HttpMethod.Post, path, cancellationToken, CouchRequestWriter.List("doc_ids", query.DocumentIds));
        var page = answer.Read(CouchAnswerReader.Changes);
        // CouchDB's feed cannot leave changes out by itself.
        return query.Skip == 0 ? page : page with { Results = [.. page.Results.Skip(query.Skip)] };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, RevisionsDiff>> DiffRevisionsAsync(
        DatabaseName database, IReadOnlyDictionary<string, IReadOnlyList<Revision>> revisions,
        CancellationToken cancellationToken = default)
    {
        using var answer = await SendAsync(
            HttpMethod.Post,
            CouchPath.Of(database, "_revs_diff"),
            cancellationToken,
            CouchRequestWriter.Revisions(revisions));
        return answer.Read(json => json.EnumerateObject().ToDictionary(
            member => member.Name,
            member => new RevisionsDiff(
                CouchAnswerReader.Revisions(member.Value, "missing"),
                CouchAnswerReader.Revisions(member.Value, "possible_ancestors")),
            StringComparer.Ordinal));
    }

    /// <summary>
    /// CouchDB tells of a deleted document only that it is one; its leaves, all of them tombstones then, can be read.
    /// </summary>
    private async Task<StoredDocument?> GetTombstoneAsync(
        DatabaseName database, string id, ReadOptions options, CancellationToken cancellationToken)
    {
        var leaves = await GetLeavesAsync(database, id, null, latest: false, options.WithRevisions, cancellationToken);
        var best = (leaves ?? [])
            .Select(leaf => leaf.Document)
            .OfType<StoredDocument>()
            .OrderBy(leaf => leaf.Deleted)
            .ThenByDescending(leaf => leaf.Revision, RevisionOrder.Instance)
            .ToList();
        if (best.Count == 0 || !CouchAnswerReader.AsksForDetails(options))
            return best.FirstOrDefault();

        return best[0] with
        {
            Details = new DocumentDetails
            {
                Revisions = best[0].Details?.Revisions,
                RevisionsInfo = options.WithRevisionsInfo ? [new RevisionInfo(best[0].Revision, "deleted")] : null,
                Conflicts = options.WithConflicts ? [] : null,
                DeletedConflicts = options.WithDeletedConflicts ? [.. best.Skip(1).Select(leaf => leaf.Revision)] : null,
                LocalSequence = options.WithLocalSequence ? await ReadSequenceAsync(database, id, cancellationToken) : null,
            },
        };
    }

    private async Task<long?> ReadSequenceAsync(DatabaseName database, string id, CancellationToken cancellationToken)
    {
        var page = await ReadChangesAsync(database, new ChangesQuery { DocumentIds = [id] }, cancellationToken);
        return page.Results is [var change]
            ? CouchAnswerReader.SequenceNumber(JsonSerializer.SerializeToElement(change.Sequence))
            : null;
    }

    private async Task<bool> ExistsAsync(DatabaseName database, string id, CancellationToken cancellationToken)
    {
        var page = await ListAsync(database, new ListQuery { Keys = [id] }, cancellationToken);
        return page.Rows is [{ Revision: not null }];
    }
}
