using Cozy.Storage.Documents.Attachments;

namespace Cozy.Storage.Documents.Sqlite;

/// <content>Documents: reading, writing, listing.</content>
public sealed partial class SqliteDocumentStore
{
    /// <summary>What an edit weighs in the queue beside its content.</summary>
    private const int EditOverhead = 256;

    /// <inheritdoc/>
    public ValueTask<StoredDocument?> GetAsync(
        DatabaseName database, string id, ReadOptions options, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = FileOf(database);

        // A point read takes some ten microseconds, less than handing it to another thread; opening a file does not.
        return file.IsOpen
            ? new ValueTask<StoredDocument?>(Get(file, database.Name, id, options))
            : new ValueTask<StoredDocument?>(Task.Run(() => Get(file, database.Name, id, options), cancellationToken));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LeafRead>?> GetLeavesAsync(
        DatabaseName database, string id, IReadOnlyList<Revision>? revisions, bool latest, bool withRevisions,
        CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyList<LeafRead>?>(
            database,
            (session, state) => DocumentReader.ReadLeaves(session, state, id, revisions, latest, withRevisions),
            cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EditResult>> EditAsync(
        DatabaseName database, IReadOnlyList<DocumentEdit> edits, CancellationToken cancellationToken = default)
    {
        var bytes = 0L;
        foreach (var edit in edits)
            bytes += Check(edit.Id, edit.Members, edit.Attachments);
        if (edits.Any(e => e.Attachments.Count > 0))
            edits = [.. edits.Select(e => e with { Attachments = AttachmentEncoder.Encode(e.Attachments) })];
        return Accept(await WriteAsync(database, (_, writer, _) => writer.Edit(edits), bytes, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EditResult>> ReplicateAsync(
        DatabaseName database, IReadOnlyList<ReplicatedEdit> edits, CancellationToken cancellationToken = default)
    {
        var bytes = 0L;
        foreach (var edit in edits)
        {
            if (edit.Path.Count == 0)
                throw DocumentStoreException.Invalid("bad_request", "A revision is needed.");
            bytes += Check(edit.Id, edit.Members, edit.Attachments) + (edit.Path.Count * 64);
        }

        if (edits.Any(e => e.Attachments.Count > 0))
            edits = [.. edits.Select(e => e with { Attachments = AttachmentEncoder.Encode(e.Attachments) })];

        return Accept(
            await WriteAsync(database, (_, writer, _) => writer.Replicate(edits), bytes, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public Task<DocumentPage> ListAsync(
        DatabaseName database, ListQuery query, CancellationToken cancellationToken = default) =>
        ReadAsync(database, (session, state) => DocumentLister.List(session, state, query), cancellationToken);

    /// <inheritdoc/>
    public Task<ChangesPage> ReadChangesAsync(
        DatabaseName database, ChangesQuery query, CancellationToken cancellationToken = default) =>
        ReadAsync(database, (session, state) => ChangesReader.Read(session, state, query), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, RevisionsDiff>> DiffRevisionsAsync(
        DatabaseName database, IReadOnlyDictionary<string, IReadOnlyList<Revision>> revisions,
        CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyDictionary<string, RevisionsDiff>>(
            database,
            (session, state) =>
            {
                var differences = new Dictionary<string, RevisionsDiff>(StringComparer.Ordinal);
                foreach (var (id, known) in revisions)
                {
                    if (DocumentReader.Diff(session, state, id, known) is { } difference)
                        differences.Add(id, difference);
                }

                return differences;
            },
            cancellationToken);

    private static StoredDocument? Get(PartitionFile file, string database, string id, ReadOptions options)
    {
        if (!file.TryRead(
            (database, id, options),
            static (session, read) => read.options == ReadOptions.Winner
                ? DocumentReader.ReadWinner(session, read.database, read.id)
                : InSnapshot(session, read.database, state => DocumentReader.Read(session, state, read.id, read.options)),
            out var document))
        {
            throw DocumentStoreException.DatabaseMissing();
        }

        return document;
    }

    /// <summary>Several statements that must see the same moment.</summary>
    private static T InSnapshot<T>(SqliteSession session, string database, Func<DatabaseState, T> read)
    {
        session.Run("BEGIN");
        try
        {
            return read(DatabaseState.Load(session, database) ?? throw DocumentStoreException.DatabaseMissing());
        }
        finally
        {
            session.Rollback();
        }
    }

    private Task<T> ReadAsync<T>(
        DatabaseName database, Func<SqliteSession, DatabaseState, T> read, CancellationToken cancellationToken)
    {
        var file = FileOf(database);
        return Task.Run(
            () => file.TryRead(
                (database.Name, read),
                static (session, work) => InSnapshot(session, work.Name, state => work.read(session, state)),
                out var result) ? result : throw DocumentStoreException.DatabaseMissing(),
            cancellationToken);
    }

    private async Task<T> WriteAsync<T>(
        DatabaseName database, Func<SqliteSession, DocumentWriter, DatabaseState, T> write, long bytes,
        CancellationToken cancellationToken)
    {
        var file = FileOf(database);
        var (result, hasIndexWork) = await file.WriteAsync(
            session =>
            {
                var state = DatabaseState.Load(session, database.Name)
                    ?? DatabaseState.Create(session, database.Name, _options.RevisionsLimit, _time.GetUtcNow());
                var (before, indexes) = (state.UpdateSequence, state.IndexVersion);
                var result = write(session, new DocumentWriter(session, state, _options), state);
                if (state.UpdateSequence != before)
                    state.Save(session);
                _compaction.Consider(database, state.Superseded);
                return (result, state.IndexVersion != indexes && IndexBuilder.HasWork(session, state));
            },
            bytes,
            cancellationToken).ConfigureAwait(false);
        if (hasIndexWork)
            _ = _builds.RunAsync(database, file);
        return result;
    }

    /// <summary>A missing attachment has refused the whole request, as in CouchDB.</summary>
    private static IReadOnlyList<EditResult> Accept(IReadOnlyList<EditResult> results) =>
        results.Select(r => r.Failure).FirstOrDefault(f => f is { Error: AttachmentResolver.Missing }) is { } missing
            ? throw missing
            : results;

    /// <summary>Refuses the whole request, as CouchDB does, and tells what a document weighs.</summary>
    private long Check(string id, ReadOnlyMemory<byte> members, IReadOnlyList<AttachmentEdit> attachments)
    {
        if (DocumentId.Check(id) is { } illegal)
            throw illegal;
        if (id.StartsWith(DocumentId.LocalPrefix, StringComparison.Ordinal))
            throw DocumentStoreException.Invalid("illegal_docid", "A local document is not written like this.");
        if (members.Length > _options.MaxDocumentBytes)
            throw new DocumentStoreException(StoreError.TooLarge, "document_too_large", id);
        var bytes = (long)members.Length + EditOverhead;
        foreach (var attachment in attachments)
        {
            var length = attachment.Data?.Length ?? 0;
            if (length > _options.MaxAttachmentBytes)
                throw new DocumentStoreException(StoreError.TooLarge, "attachment_too_large", attachment.Name);
            bytes += length;
        }

        return bytes;
    }
}
