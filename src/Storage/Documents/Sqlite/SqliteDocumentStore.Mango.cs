using Cozy.Storage.Documents.Mango;
using Cozy.Storage.Documents.Mango.Indexes;

namespace Cozy.Storage.Documents.Sqlite;

/// <content>Mango: indexes and queries.</content>
public sealed partial class SqliteDocumentStore
{
    private readonly IndexBuilds _builds = new();

    /// <inheritdoc/>
    public Task<IndexCreation> CreateIndexAsync(
        DatabaseName database, IndexRequest request, CancellationToken cancellationToken = default)
    {
        if (DocumentId.Check(request.DesignDocument) is { } illegal)
            throw illegal;
        return WriteAsync(
            database,
            (session, writer, state) => new IndexCreation(
                ChangeDesign(session, writer, state, request.DesignDocument, (members, isNew) => DesignDocument.Add(members, request, isNew)),
                request.DesignDocument,
                request.Name),
            request.Definition.Length + EditOverhead,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MangoIndex>> ListIndexesAsync(
        DatabaseName database, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var indexes = await ReadAsync<List<MangoIndex>?>(
                database,
                (session, state) => state.IndexVersion == 0 ? null : Wanted(StoredIndex.Load(session, state)),
                cancellationToken).ConfigureAwait(false);
            if (indexes is not null)
                return [MangoIndex.AllDocuments, .. indexes];
            await _builds.RunAsync(database, FileOf(database)).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteIndexAsync(
        DatabaseName database, string designDocument, string name, CancellationToken cancellationToken = default)
    {
        var indexes = await ListIndexesAsync(database, cancellationToken).ConfigureAwait(false);
        if (!indexes.Any(index => index.DesignDocument == designDocument && index.Name == name))
            return false;
        return await WriteAsync(
            database,
            (session, writer, state) => ChangeDesign(
                session, writer, state, designDocument, (members, isNew) => isNew ? [] : DesignDocument.Remove(members, name)),
            EditOverhead,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<FindResult> FindAsync(
        DatabaseName database, FindQuery query, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await ReadAsync(
                database, (session, state) => TryFind(session, state, query, cancellationToken), cancellationToken).ConfigureAwait(false);
            if (result is not null)
                return result;
            await _builds.RunAsync(database, FileOf(database)).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ExplainAsync(
        DatabaseName database, FindQuery query, CancellationToken cancellationToken = default)
    {
        var indexes = await ListIndexesAsync(database, cancellationToken).ConfigureAwait(false);
        return Explanation.Write(database, query, QueryPlanner.Plan(query, [.. indexes.Skip(1)]));
    }

    /// <summary>Runs a query; null when the index it needs is not complete.</summary>
    private static FindResult? TryFind(
        SqliteSession session, DatabaseState state, FindQuery query, CancellationToken cancellationToken)
    {
        if (state.IndexVersion == 0)
            return null;
        var stored = StoredIndex.Load(session, state);
        var plan = QueryPlanner.Plan(query, Wanted(stored)) ?? throw QueryPlanner.NoUsableIndex();
        if (plan.Index.IsSpecial)
            return DocumentFinder.Find(session, state, query, plan, null, cancellationToken);
        var index = stored.First(index => ReferenceEquals(index.Index, plan.Index));
        return index.CanServe ? DocumentFinder.Find(session, state, query, plan, index, cancellationToken) : null;
    }

    private static List<MangoIndex> Wanted(IReadOnlyList<StoredIndex> indexes) =>
        [.. indexes.Where(index => index.State != IndexState.Dropped).Select(index => index.Index)];

    /// <summary>Edits a design document in one transaction; false when the edit changes nothing.</summary>
    private static bool ChangeDesign(
        SqliteSession session, DocumentWriter writer, DatabaseState state, string id, Func<byte[], bool, byte[]> edit)
    {
        var record = DocumentRecord.Load(session, state.Id, id);
        var isNew = record is null || record.Tree.WinnerNode.Deleted;
        var members = edit(record?.Winner.Members.ToArray() ?? [], isNew);
        if (members.AsSpan().SequenceEqual(isNew ? [] : record!.Winner.Members.Span))
            return false;
        var parent = isNew ? (Revision?)null : record!.Tree.WinnerNode.Revision;
        var result = writer.Edit([new DocumentEdit(id, parent, members.Length == 0, members)])[0];
        return result.Failure is null ? true : throw result.Failure;
    }
}
