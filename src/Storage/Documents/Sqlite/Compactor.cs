namespace Cozy.Storage.Documents.Sqlite;

/// <summary>Compacts one database step by step: each step is a short piece of a transaction.</summary>
internal sealed class Compactor(string name)
{
    private const int DocumentsPerStep = 100;
    private const int PagesPerStep = 500;

    private long _after;
    private long? _counted;
    private long _dropped;

    /// <summary>Drops the superseded bodies of the next documents; false when there are no more.</summary>
    public bool DropBodies(SqliteSession session)
    {
        if (DatabaseState.Load(session, name) is not { } database)
            return false;
        _counted ??= database.Superseded;
        var documents = new List<long>();
        using (var row = session.Query(
            "SELECT DISTINCT doc FROM bodies WHERE doc > $1 ORDER BY doc LIMIT $2", _after, DocumentsPerStep))
        {
            while (row.Read())
                documents.Add(row.GetInt64(0));
        }

        foreach (var doc in documents)
        {
            if (session.Number("SELECT db FROM documents WHERE doc = $1", doc) == database.Id)
                _dropped += Compact(session, database, DocumentRecord.Load(session, doc)!);
        }

        // What was counted and not found was none: a file of an older version was counted roughly.
        if (documents.Count == 0)
            database.Superseded = Math.Max(0, database.Superseded - (_counted.Value - _dropped));
        database.Save(session);
        if (documents.Count > 0)
            _after = documents[^1];
        return documents.Count > 0;
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
