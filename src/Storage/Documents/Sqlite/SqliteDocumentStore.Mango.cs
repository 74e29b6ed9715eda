using Cozy.Storage.Documents.Mango;
using Cozy.Storage.Documents.Mango.Indexes;

namespace Cozy.Storage.Documents.Sqlite;

/// <content>Mango: indexes and queries.</content>
public sealed partial class SqliteDocumentStore
{
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
    public Task<IReadOnlyList<MangoIndex>> ListIndexesAsync(
        DatabaseName database, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyList<MangoIndex>>(
            database,
            (session, state) => [MangoIndex.AllDocuments, .. ReadIndexes(session, state)],
            cancellationToken);

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
    public Task<FindResult> FindAsync(
        DatabaseName database, FindQuery query, CancellationToken cancellationToken = default) =>
        ReadAsync(
            database,
            (session, state) => DocumentFinder.Find(
                session, state, query, QueryPlanner.Plan(query, []) ?? throw QueryPlanner.NoUsableIndex(), cancellationToken),
            cancellationToken);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> ExplainAsync(
        DatabaseName database, FindQuery query, CancellationToken cancellationToken = default) =>
        ReadAsync<ReadOnlyMemory<byte>>(
            database, (_, _) => Explanation.Write(database, query, QueryPlanner.Plan(query, [])), cancellationToken);

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

    private static List<MangoIndex> ReadIndexes(SqliteSession session, DatabaseState state)
    {
        var indexes = new List<MangoIndex>();
        using var row = session.Query(
            "SELECT CAST(id AS BLOB), members FROM documents WHERE db = $1 AND deleted = 0 AND id >= CAST($2 AS TEXT) AND id < CAST($3 AS TEXT) ORDER BY id",
            state.Id, DocumentId.DesignPrefix, "_design0");
        while (row.Read())
            indexes.AddRange(DesignDocument.Read(SqliteSession.ReadText(row, 0), row.GetFieldValue<byte[]>(1), MangoLimits.Default));
        return indexes;
    }
}
