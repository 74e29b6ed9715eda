namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// Works on the indexes of a database bit by bit, each in a transaction of its own: writers get their turn in between,
/// and after a crash it goes on where it was.
/// </summary>
internal static class IndexBuilder
{
    /// <summary>What one transaction takes at most.</summary>
    private const int MaxDocuments = 500;
    private const int MaxBytes = 4 << 20;
    private const int MaxRemoved = 2000;

    /// <summary>Does a bit of what there is to do.</summary>
    /// <returns>Whether there may be more.</returns>
    public static bool Work(SqliteSession session, string name)
    {
        if (DatabaseState.Load(session, name) is not { } database)
            return false;
        var writer = new IndexWriter(session, database);
        if (database.IndexVersion == 0)
            writer.FollowAllDesigns();
        else if (StoredIndex.Load(session, database) is var indexes && Next(indexes) is { } index)
            Work(session, database, writer, index);
        else
            return false;
        database.Save(session);
        return true;
    }

    /// <summary>Whether there is something to do.</summary>
    public static bool HasWork(SqliteSession session, DatabaseState database) =>
        database.IndexVersion == 0 || Next(StoredIndex.Load(session, database)) is not null;

    /// <summary>Enters the next documents.</summary>
    public static void EnterSome(SqliteSession session, DatabaseState database, IndexWriter writer, StoredIndex index)
    {
        var last = index.BuiltTo;
        var count = 0;
        var bytes = 0;
        using (var row = session.Query(
            "SELECT doc, CAST(id AS BLOB), generation, CAST(hash AS BLOB), members FROM documents WHERE db = $1 AND deleted = 0 AND id > CAST($2 AS TEXT) ORDER BY id LIMIT $3",
            database.Id, index.BuiltTo, MaxDocuments))
        {
            while (bytes < MaxBytes && row.Read())
            {
                last = row.Text(1);
                var members = row.Bytes(4).ToArray();
                count++;
                bytes += members.Length;
                if (last.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal))
                    continue;
                var revision = new Revision((int)row.Number(2), row.Text(3));
                writer.Enter(index, row.Number(0), new StoredDocument(last, revision, false, members));
            }
        }

        if (count < MaxDocuments && bytes < MaxBytes)
            index.SetState(session, IndexState.Complete);
        else
            index.SetState(session, IndexState.Building, last);
        database.IndexVersion++;
    }

    /// <summary>What someone may wait for comes first.</summary>
    private static StoredIndex? Next(IReadOnlyList<StoredIndex> indexes) =>
        indexes.FirstOrDefault(index => index.State != IndexState.Dropped && !index.CanServe)
        ?? indexes.FirstOrDefault(index => index.State == IndexState.Dropped);

    private static void Work(SqliteSession session, DatabaseState database, IndexWriter writer, StoredIndex index)
    {
        if (index.State == IndexState.Dropped)
            RemoveSome(session, database, index);
        else if (!index.IsCurrent)
            writer.Rebuild(index);
        else
            EnterSome(session, database, writer, index);
    }

    private static void RemoveSome(SqliteSession session, DatabaseState database, StoredIndex index)
    {
        var removed = session.Run(
            "DELETE FROM index_entries WHERE idx = $1 AND (key, id) IN (SELECT key, id FROM index_entries WHERE idx = $1 LIMIT $2)",
            index.Id, MaxRemoved);
        if (removed == MaxRemoved)
            return;
        session.Run("DELETE FROM indexes WHERE id = $1", index.Id);
        database.IndexVersion++;
    }
}
