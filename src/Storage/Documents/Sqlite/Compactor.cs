namespace Cozy.Storage.Documents.Sqlite;

/// <summary>How far the compaction of a database is.</summary>
/// <param name="After">The last document that was looked at.</param>
/// <param name="Counted">How many superseded bodies the database counted at the start; null before it.</param>
/// <param name="Dropped">How many were found since.</param>
internal sealed record CompactionProgress(long After = 0, long? Counted = null, long Dropped = 0);

/// <summary>Compacts one database step by step: each step is a short piece of a transaction.</summary>
internal static class Compactor
{
    private const int DocumentsPerStep = 100;
    private const int PagesPerStep = 500;

    /// <summary>
    /// Drops the superseded bodies of the next documents. It changes nothing outside the transaction, which may be
    /// rolled back and run again.
    /// </summary>
    /// <returns>Where to go on; null when there are no more.</returns>
    public static CompactionProgress? DropBodies(SqliteSession session, string name, CompactionProgress progress)
    {
        if (DatabaseState.Load(session, name) is not { } database)
            return null;
        var counted = progress.Counted ?? database.Superseded;
        var documents = new List<long>();
        using (var row = session.Query(
            "SELECT DISTINCT doc FROM bodies WHERE doc > $1 ORDER BY doc LIMIT $2", progress.After, DocumentsPerStep))
        {
            while (row.Read())
                documents.Add(row.Number(0));
        }

        var dropped = progress.Dropped;
        foreach (var doc in documents)
        {
            if (session.Number("SELECT db FROM documents WHERE doc = $1", doc) == database.Id)
                dropped += Compact(session, database, DocumentRecord.Load(session, doc)!);
        }

        // What was counted and not found was none: a file of an older version was counted roughly.
        if (documents.Count == 0)
            database.Superseded = Math.Max(0, database.Superseded - (counted - dropped));
        database.Save(session);
        return documents.Count == 0 ? null : new CompactionProgress(documents[^1], counted, dropped);
    }

    /// <summary>Gives free pages at the end of the file back to the disk; false when there are no more.</summary>
    public static bool FreePages(SqliteSession session)
    {
        var free = session.Number("PRAGMA freelist_count");
        if (free == 0)
            return false;
        session.Run($"PRAGMA incremental_vacuum({PagesPerStep})");

        // A file that was not made for it frees none.
        var left = session.Number("PRAGMA freelist_count");
        return left > 0 && left < free;
    }

    /// <summary>Drops the superseded bodies of one document and tells how many there were.</summary>
    private static int Compact(SqliteSession session, DatabaseState database, DocumentRecord record)
    {
        var compact = record.Tree.Compact();
        if (compact == record.Tree)
            return 0;
        var kept = compact.Nodes.Select(n => n.Body).ToHashSet();
        var dropped = record.Tree.Nodes.Select(n => n.Body).Where(n => n > 0 && !kept.Contains(n)).ToHashSet();
        Bodies.Drop(session, record.Doc, dropped, record.Winner.Attachments);
        session.Run(
            "UPDATE documents SET tree = $2 WHERE doc = $1", record.Doc, Revisions.RevisionTreeFormat.Write(compact));
        var count = record.Tree.CountSuperseded();
        database.Superseded -= count;
        return count;
    }
}
