namespace Cozy.Storage.Documents.Sqlite;

/// <summary>Compacts a database step by step: each step is a short piece of a transaction.</summary>
internal static class Compactor
{
    private const int DocumentsPerStep = 100;
    private const int PagesPerStep = 500;

    /// <summary>Drops the superseded bodies of the next documents; null when there are no more.</summary>
    /// <returns>The document to go on behind.</returns>
    public static long? DropBodies(SqliteSession session, string name, long after)
    {
        if (DatabaseState.Load(session, name) is not { } database)
            return null;
        var documents = new List<long>();
        using (var row = session.Query(
            "SELECT DISTINCT doc FROM bodies WHERE doc > $1 ORDER BY doc LIMIT $2", after, DocumentsPerStep))
        {
            while (row.Read())
                documents.Add(row.GetInt64(0));
        }

        if (documents.Count == 0)
        {
            database.Superseded = 0;
            database.Save(session);
            return null;
        }

        foreach (var doc in documents)
        {
            if (session.Number("SELECT db FROM documents WHERE doc = $1", doc) == database.Id)
                Compact(session, database, DocumentRecord.Load(session, doc)!);
        }

        database.Save(session);
        return documents[^1];
    }

    /// <summary>Gives free pages at the end of the file back to the disk; false when there are no more.</summary>
    public static bool FreePages(SqliteSession session)
    {
        if (session.Number("PRAGMA freelist_count") == 0)
            return false;

        // A page is freed by each row that is read. A file that was not made for it frees none.
        using var row = session.Query($"PRAGMA incremental_vacuum({PagesPerStep})");
        var any = false;
        while (row.Read())
            any = true;
        return any;
    }

    private static void Compact(SqliteSession session, DatabaseState database, DocumentRecord record)
    {
        var compact = record.Tree.Compact();
        if (compact == record.Tree)
            return;
        var kept = compact.Nodes.Select(n => n.Body).ToHashSet();
        var dropped = record.Tree.Nodes.Select(n => n.Body).Where(n => n > 0 && !kept.Contains(n)).ToHashSet();
        Bodies.Drop(session, record.Doc, dropped, record.Winner.Attachments);
        session.Run(
            "UPDATE documents SET tree = $2 WHERE doc = $1", record.Doc, Revisions.RevisionTreeFormat.Write(compact));
        database.Superseded -= record.Tree.CountSuperseded();
    }
}
