namespace Cozy.Storage.Documents.Sqlite;

/// <content>Attachments, purging, compaction, limits.</content>
public sealed partial class SqliteDocumentStore
{
    /// <inheritdoc/>
    public async Task<AttachmentContent?> OpenAttachmentAsync(
        DatabaseName database, string id, Revision? revision, string name, CancellationToken cancellationToken = default)
    {
        var options = revision is null ? ReadOptions.Winner : new ReadOptions { Revision = revision };
        var document = await GetAsync(database, id, options, cancellationToken).ConfigureAwait(false);
        var attachment = document?.Attachments.FirstOrDefault(a => a.Name == name);
        return attachment is null
            ? null
            : new AttachmentContent(attachment, new ContentStream(FileOf(database), attachment.Content, attachment.StoredLength));
    }

    /// <inheritdoc/>
    public Task<int> GetRevisionsLimitAsync(DatabaseName database, CancellationToken cancellationToken = default) =>
        ReadAsync(database, static (_, state) => state.RevisionsLimit, cancellationToken);

    /// <inheritdoc/>
    public Task SetRevisionsLimitAsync(DatabaseName database, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return ChangeAsync(
            database,
            (session, state) =>
            {
                state.RevisionsLimit = limit;
                Touch(session, state);
                return true;
            },
            0,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task CompactAsync(DatabaseName database, CancellationToken cancellationToken = default)
    {
        await RequireAsync(database, cancellationToken).ConfigureAwait(false);
        var file = FileOf(database);
        for (var progress = new CompactionProgress(); progress is not null;)
        {
            // Each step lets the writers that wait go first.
            var from = progress;
            progress = await file.WriteAsync(
                session => Compactor.DropBodies(session, database.Name, from), EditOverhead, cancellationToken).ConfigureAwait(false);
        }

        while (await file.WriteAsync(Compactor.FreePages, EditOverhead, cancellationToken).ConfigureAwait(false))
        {
            // Likewise.
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<Revision>>> PurgeAsync(
        DatabaseName database, IReadOnlyDictionary<string, IReadOnlyList<Revision>> revisions,
        CancellationToken cancellationToken = default) =>
        ChangeAsync<IReadOnlyDictionary<string, IReadOnlyList<Revision>>>(
            database, (session, state) => Purger.Purge(session, state, revisions), 0, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PurgeRecord>> ListPurgesAsync(
        DatabaseName database, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyList<PurgeRecord>>(database, Purger.List, cancellationToken);

    /// <summary>A change of the database that no feed tells of.</summary>
    private static void Touch(SqliteSession session, DatabaseState state)
    {
        state.UpdateSequence++;
        state.Save(session);
    }

    private async Task RequireAsync(DatabaseName database, CancellationToken cancellationToken)
    {
        if (await GetInfoAsync(database, cancellationToken).ConfigureAwait(false) is null)
            throw DocumentStoreException.DatabaseMissing();
    }

    /// <summary>Changes a database that must be there: what is missing is not created.</summary>
    private async Task<T> ChangeAsync<T>(
        DatabaseName database, Func<SqliteSession, DatabaseState, T> change, long bytes, CancellationToken cancellationToken)
    {
        // Looked for first, as a write would create the file it looks into.
        await RequireAsync(database, cancellationToken).ConfigureAwait(false);
        var file = FileOf(database);
        var outcome = await file.WriteAsync(
            session =>
            {
                if (DatabaseState.Load(session, database.Name) is not { } state)
                    return default;
                var indexes = state.IndexVersion;
                var result = change(session, state);
                return (Found: true, Result: result, HasIndexWork: state.IndexVersion != indexes && IndexBuilder.HasWork(session, state));
            },
            bytes + EditOverhead,
            cancellationToken).ConfigureAwait(false);
        if (outcome.HasIndexWork)
            _ = _builds.RunAsync(database, file);
        return outcome.Found ? outcome.Result : throw DocumentStoreException.DatabaseMissing();
    }
}
