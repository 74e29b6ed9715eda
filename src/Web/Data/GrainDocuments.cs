using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Cozy.Web.Accounts;
using Cozy.Web.Http;

namespace Cozy.Web.Data;

/// <summary>
/// The documents of instances as the handlers of CouchDB's protocol want them, read and written through the Doctype
/// grains. Calls that a dying silo leaves unanswered are repeated once.
/// </summary>
internal sealed class GrainDocuments(DoctypeGrains grains, AccountDocuments accounts) : IDocumentAccess
{
    /// <summary>How large the contents in one message may be; a single document may be larger.</summary>
    private const long MessageBytes = 2 << 20;

    private const int MessageItems = 1000;

    /// <inheritdoc/>
    public async Task<DatabaseInfo?> GetInfoAsync(DatabaseName database, CancellationToken cancellationToken = default) =>
        await AskAsync(database, 0, static (grain, _, _) => grain.DescribeAsync()) is { } facts
            ? new DatabaseInfo(facts.DocumentCount, facts.DeletedCount, facts.UpdateSequence, facts.Bytes)
            : null;

    /// <inheritdoc/>
    public async ValueTask<StoredDocument?> GetAsync(
        DatabaseName database, string id, ReadOptions options, CancellationToken cancellationToken = default)
    {
        var query = GrainMessages.ToQuery(options);
        var document = await AskAsync(database, (id, query), static (grain, ask, _) => grain.ReadFactsAsync(ask.id, ask.query));
        return document?.ToStored();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LeafRead>?> GetLeavesAsync(
        DatabaseName database, string id, IReadOnlyList<Revision>? revisions, bool latest, bool withRevisions,
        CancellationToken cancellationToken = default)
    {
        var query = new LeavesQuery { Revisions = revisions?.ToMessage(), Latest = latest, WithPath = withRevisions };
        var leaves = new List<LeafRead>();
        while (true)
        {
            var page = await AskAsync(database, (id, query), static (grain, ask, _) => grain.ReadLeavesAsync(ask.id, ask.query));
            if (page is null)
                return null;
            leaves.AddRange(page.Leaves.Select(leaf => new LeafRead(Revision.Parse(leaf.Revision), leaf.Document?.ToStored())));
            if (!page.HasMore)
                return leaves;
            query = query with { Skip = leaves.Count };
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EditResult>> EditAsync(
        DatabaseName database, IReadOnlyList<DocumentEdit> edits, CancellationToken cancellationToken = default)
    {
        var refused = edits.Select(edit => GuardedDocuments.Refuse(database, edit.Id)).ToArray();
        if (Array.Exists(refused, refusal => refusal is not null))
        {
            var free = new Queue<EditResult>(await EditAsync(
                database, [.. edits.Where((_, i) => refused[i] is null)], cancellationToken));
            return [.. refused.Select(refusal => refusal ?? free.Dequeue())];
        }

        if (AccountDocuments.Are(database))
        {
            await accounts.WatchAsync(database.Partition);
            foreach (var edit in edits.Where(edit => edit.Deleted))
                await KeepAccountAsync(database, edit.Id, edit.Parent?.ToString());
            edits = [.. edits.Select(edit => edit with { Members = accounts.Seal(database.Partition, edit.Members) })];
        }

        var results = new List<EditResult>(edits.Count);
        foreach (var part in Parts(edits, static edit => edit.Id.Length + edit.Members.Length))
        {
            var messages = part.Select(GrainMessages.ToMessage).ToArray();
            var outcomes = await AskAsync(database, messages, static (grain, edits, isRetry) =>
                grain.EditAsync(isRetry ? edits.Select(edit => edit with { IsRetry = true }).ToArray() : edits));
            results.AddRange(outcomes.Select(GrainMessages.ToResult));
        }

        return results;
    }

    /// <summary>An account that is deleted by this is kept for its connector first; so is one whose deletion then is refused, which is harmless.</summary>
    private async Task KeepAccountAsync(DatabaseName database, string id, string? revision)
    {
        if (revision is not null && await AccountDocuments.FindAsync(grains.Get(database.Partition, AccountDocuments.Doctype), id) is { } current
            && current.Revision == revision)
        {
            await accounts.KeepForConnectorAsync(database.Partition, current);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EditResult>> ReplicateAsync(
        DatabaseName database, IReadOnlyList<ReplicatedEdit> edits, CancellationToken cancellationToken = default)
    {
        var failures = edits.Select(edit => GuardedDocuments.Refuse(database, edit.Id)).OfType<EditResult>().ToList();
        if (failures.Count > 0)
            edits = [.. edits.Where(edit => GuardedDocuments.Refuse(database, edit.Id) is null)];
        if (AccountDocuments.Are(database))
        {
            await accounts.WatchAsync(database.Partition);
            foreach (var edit in edits.Where(edit => edit.Deleted && edit.Path.Count > 1))
                await KeepAccountAsync(database, edit.Id, edit.Path[1].ToString());
            edits = [.. edits.Select(edit => edit with { Members = accounts.Seal(database.Partition, edit.Members) })];
        }

        foreach (var part in Parts(edits, static edit => edit.Id.Length + edit.Members.Length + edit.Path.Sum(r => r.Hash.Length)))
        {
            var messages = part.Select(GrainMessages.ToMessage).ToArray();
            var outcomes = await AskAsync(database, messages, static (grain, replicas, _) => grain.ReplicateAsync(replicas));
            failures.AddRange(outcomes.Select(GrainMessages.ToResult));
        }

        return failures;
    }

    /// <inheritdoc/>
    public async Task<DocumentPage> ListAsync(
        DatabaseName database, ListQuery query, CancellationToken cancellationToken = default)
    {
        var page = await AskAsync(database, GrainMessages.ToQuery(query), static (grain, query, _) => grain.ListAsync(query));
        return new DocumentPage(page.TotalRows, page.Offset, page.Rows.Select(GrainMessages.ToRow).ToArray()) { IsCut = page.IsCut };
    }

    /// <inheritdoc/>
    public async Task<ChangesPage> ReadChangesAsync(
        DatabaseName database, ChangesQuery query, CancellationToken cancellationToken = default)
    {
        var page = await AskAsync(database, GrainMessages.ToQuery(query), static (grain, query, _) => grain.ReadChangesAsync(query));
        return new ChangesPage(page.Changes.Select(GrainMessages.ToChange).ToArray(), page.LastSequence, page.Pending)
        {
            IsCut = page.IsCut,
        };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, RevisionsDiff>> DiffRevisionsAsync(
        DatabaseName database, IReadOnlyDictionary<string, IReadOnlyList<Revision>> revisions,
        CancellationToken cancellationToken = default)
    {
        var known = revisions.Select(pair => new KnownRevisions(pair.Key, pair.Value.ToMessage())).ToArray();
        var differences = new Dictionary<string, RevisionsDiff>(StringComparer.Ordinal);
        foreach (var part in Parts(known, static document => document.Id.Length + document.Revisions.Sum(r => r.Length)))
        {
            foreach (var missing in await AskAsync(database, part, static (grain, part, _) => grain.DiffRevisionsAsync(part)))
                differences[missing.Id] = GrainMessages.ToDiff(missing);
        }

        return differences;
    }

    /// <inheritdoc/>
    public async Task<LocalDocument?> GetLocalAsync(
        DatabaseName database, string id, CancellationToken cancellationToken = default) =>
        await AskAsync(database, id, static (grain, id, _) => grain.ReadLocalAsync(id)) is { } note
            ? new LocalDocument(note.Id, note.Revision, note.Members)
            : null;

    /// <inheritdoc/>
    public Task<string> PutLocalAsync(
        DatabaseName database, string id, string? revision, ReadOnlyMemory<byte> members,
        CancellationToken cancellationToken = default) =>
        AskAsync(database, (id, revision, members), static (grain, ask, _) => grain.WriteLocalAsync(ask.id, ask.revision, ask.members));

    /// <inheritdoc/>
    public Task<bool> DeleteLocalAsync(DatabaseName database, string id, CancellationToken cancellationToken = default) =>
        AskAsync(database, id, static (grain, id, _) => grain.DeleteLocalAsync(id));

    /// <inheritdoc/>
    public async Task<IndexCreation> CreateIndexAsync(
        DatabaseName database, IndexRequest request, CancellationToken cancellationToken = default)
    {
        var made = await AskAsync(database, request.ToBody(), static (grain, body, _) => grain.CreateIndexAsync(body));
        return new IndexCreation(made.Created, made.DesignDocument, made.Name);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MangoIndex>> ListIndexesAsync(
        DatabaseName database, CancellationToken cancellationToken = default)
    {
        var indexes = await AskAsync(database, 0, static (grain, _, _) => grain.ListIndexesAsync());
        return indexes.Select(index => MangoIndex.Parse(index.Span)).ToArray();
    }

    /// <inheritdoc/>
    public Task<bool> DeleteIndexAsync(
        DatabaseName database, string designDocument, string name, CancellationToken cancellationToken = default) =>
        AskAsync(database, (designDocument, name), static (grain, ask, _) => grain.DeleteIndexAsync(ask.designDocument, ask.name));

    /// <inheritdoc/>
    public Task<FindResult> FindAsync(DatabaseName database, FindQuery query, CancellationToken cancellationToken = default) =>
        FindPages.ReadAllAsync(query, page => AskAsync(database, page, static (grain, page, _) => grain.FindAsync(page)));

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> ExplainAsync(
        DatabaseName database, FindQuery query, CancellationToken cancellationToken = default) =>
        AskAsync(database, GrainMessages.ToMessage(query), static (grain, query, _) => grain.ExplainAsync(query));

    /// <summary>Creates a database; false when it exists already.</summary>
    public Task<bool> CreateDatabaseAsync(DatabaseName database) =>
        AskAsync(database, 0, static (grain, _, _) => grain.CreateDatabaseAsync());

    /// <summary>Deletes a database; false when there is none.</summary>
    public Task<bool> DeleteDatabaseAsync(DatabaseName database) =>
        AskAsync(database, 0, static (grain, _, _) => grain.DeleteDatabaseAsync());

    private async Task<T> AskAsync<TAsk, T>(DatabaseName database, TAsk ask, Func<IDoctypeGrain, TAsk, bool, Task<T>> call)
    {
        try
        {
            return await GrainCalls.RetryOnceAsync(
                (grain: grains.Get(database), ask, call), static (state, isRetry) => state.call(state.grain, state.ask, isRetry));
        }
        catch (CozyException failure)
        {
            throw GrainMessages.ToStoreFailure(failure);
        }
    }

    // Parts that fit into messages; at least one item in each.
    private static IEnumerable<IReadOnlyList<T>> Parts<T>(IReadOnlyList<T> items, Func<T, long> size)
    {
        var part = new List<T>();
        var bytes = 0L;
        foreach (var item in items)
        {
            var own = size(item);
            if (part.Count > 0 && (bytes + own > MessageBytes || part.Count == MessageItems))
            {
                yield return part.ToArray();
                part.Clear();
                bytes = 0;
            }

            part.Add(item);
            bytes += own;
        }

        if (part.Count > 0)
            yield return part.ToArray();
    }
}
