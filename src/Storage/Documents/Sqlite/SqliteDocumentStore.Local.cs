using System.Globalization;

namespace Cozy.Storage.Documents.Sqlite;

/// <content>Local documents: one revision each, never replicated.</content>
public sealed partial class SqliteDocumentStore
{
    /// <inheritdoc/>
    public Task<LocalDocument?> GetLocalAsync(
        DatabaseName database, string id, CancellationToken cancellationToken = default) =>
        ReadAsync(
            database,
            (session, state) =>
            {
                using var row = session.Query(
                    "SELECT revision, members FROM local_documents WHERE db = $1 AND id = CAST($2 AS TEXT)", state.Id, id);
                return row.Read()
                    ? new LocalDocument(id, LocalLister.RevisionText(row.Number(0)), row.Bytes(1).ToArray())
                    : null;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LocalDocument>> ListLocalAsync(
        DatabaseName database, ListQuery query, CancellationToken cancellationToken = default) =>
        ReadAsync(database, (session, state) => LocalLister.List(session, state, query), cancellationToken);

    /// <inheritdoc/>
    public Task<string> PutLocalAsync(
        DatabaseName database, string id, string? revision, ReadOnlyMemory<byte> members,
        CancellationToken cancellationToken = default)
    {
        if (members.Length > _options.MaxDocumentBytes)
            throw new DocumentStoreException(StoreError.TooLarge, "document_too_large", DocumentId.LocalPrefix + id);
        var next = Next(revision);
        return ChangeAsync(
            database,
            (session, state) =>
            {
                session.Run(
                    "INSERT INTO local_documents(db, id, revision, members) VALUES ($1, CAST($2 AS TEXT), $3, $4) ON CONFLICT(db, id) DO UPDATE SET revision = excluded.revision, members = excluded.members",
                    state.Id, id, next, members);
                if (id is [LocalDocument.SettingPrefix, ..])
                    Touch(session, state);
                return LocalLister.RevisionText(next);
            },
            members.Length,
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteLocalAsync(DatabaseName database, string id, CancellationToken cancellationToken = default) =>
        ChangeAsync(
            database,
            (session, state) =>
                session.Run("DELETE FROM local_documents WHERE db = $1 AND id = CAST($2 AS TEXT)", state.Id, id) > 0,
            0,
            cancellationToken);

    private static long Next(string? revision)
    {
        if (revision is null)
            return 1;
        return revision.StartsWith("0-", StringComparison.Ordinal)
            && long.TryParse(revision.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var known)
            && known < long.MaxValue
                ? known + 1
                : throw DocumentStoreException.Invalid("bad_request", "Invalid rev format");
    }
}
