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
                    ? new LocalDocument(id, RevisionText(row.GetInt64(0)), row.GetFieldValue<byte[]>(1))
                    : null;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<string> PutLocalAsync(
        DatabaseName database, string id, string? revision, ReadOnlyMemory<byte> members,
        CancellationToken cancellationToken = default)
    {
        if (members.Length > _options.MaxDocumentBytes)
            throw new DocumentStoreException(StoreError.TooLarge, "document_too_large", DocumentId.LocalPrefix + id);
        var next = Next(revision);
        return WriteLocalAsync(
            database,
            (session, state) =>
            {
                session.Run(
                    "INSERT INTO local_documents(db, id, revision, members) VALUES ($1, CAST($2 AS TEXT), $3, $4) ON CONFLICT(db, id) DO UPDATE SET revision = excluded.revision, members = excluded.members",
                    state.Id, id, next, members);
                return RevisionText(next);
            },
            members.Length + EditOverhead,
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteLocalAsync(DatabaseName database, string id, CancellationToken cancellationToken = default) =>
        WriteLocalAsync(
            database,
            (session, state) =>
                session.Run("DELETE FROM local_documents WHERE db = $1 AND id = CAST($2 AS TEXT)", state.Id, id) > 0,
            EditOverhead,
            cancellationToken);

    private static string RevisionText(long revision) => string.Create(CultureInfo.InvariantCulture, $"0-{revision}");

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

    /// <summary>Unlike documents, local ones do not create the database.</summary>
    private async Task<T> WriteLocalAsync<T>(
        DatabaseName database, Func<SqliteSession, DatabaseState, T> write, long bytes, CancellationToken cancellationToken)
    {
        if (await GetInfoAsync(database, cancellationToken).ConfigureAwait(false) is null)
            throw DocumentStoreException.DatabaseMissing();
        var outcome = await FileOf(database).WriteAsync(
            session => DatabaseState.Load(session, database.Name) is { } state ? (Found: true, Result: write(session, state)) : default,
            bytes,
            cancellationToken).ConfigureAwait(false);
        return outcome.Found ? outcome.Result : throw DocumentStoreException.DatabaseMissing();
    }
}
