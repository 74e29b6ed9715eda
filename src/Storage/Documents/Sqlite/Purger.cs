using System.Text.Json;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>Removes revisions for good, as if they had never been, and remembers which.</summary>
internal static class Purger
{
    /// <summary>How many purges a database remembers; older ones are forgotten.</summary>
    private const int Remembered = 1000;

    /// <summary>Purges leaves of several documents; those left take one new sequence number each.</summary>
    public static Dictionary<string, IReadOnlyList<Revision>> Purge(
        SqliteSession session, DatabaseState database, IReadOnlyDictionary<string, IReadOnlyList<Revision>> wanted)
    {
        var purged = new Dictionary<string, IReadOnlyList<Revision>>(StringComparer.Ordinal);
        var indexes = new IndexWriter(session, database);
        var before = database.UpdateSequence;
        foreach (var (id, revisions) in wanted)
        {
            purged[id] = PurgeOne(session, database, indexes, id, revisions);
            session.Run(
                "INSERT INTO purges(db, seq, id, revisions) VALUES ($1, $2, CAST($3 AS TEXT), CAST($4 AS TEXT))",
                database.Id, ++database.PurgeSequence, id, JsonSerializer.Serialize(revisions.Select(r => r.ToString())));
        }

        // As in CouchDB, a purge counts as a change of the database, though no feed tells of it.
        if (wanted.Count > 0 && database.UpdateSequence == before)
            database.UpdateSequence++;
        session.Run("DELETE FROM purges WHERE db = $1 AND seq <= $2", database.Id, database.PurgeSequence - Remembered);
        database.Save(session);
        return purged;
    }

    /// <summary>What was purged, by id.</summary>
    public static List<PurgeRecord> List(SqliteSession session, DatabaseState database)
    {
        var records = new List<PurgeRecord>();
        using var row = session.Query(
            "SELECT DISTINCT CAST(id AS BLOB), CAST(revisions AS BLOB) FROM purges WHERE db = $1 ORDER BY id, revisions", database.Id);
        while (row.Read())
        {
            var revisions = JsonSerializer.Deserialize<List<string>>(row.Text(1)) ?? [];
            records.Add(new PurgeRecord(row.Text(0), revisions.ConvertAll(Revision.Parse)));
        }

        return [.. records.OrderBy(r => r.Id, Utf8Order.Instance).ThenBy(r => r.Revisions.Count)];
    }

    private static List<Revision> PurgeOne(
        SqliteSession session, DatabaseState database, IndexWriter indexes, string id, IReadOnlyList<Revision> revisions)
    {
        if (DocumentRecord.Load(session, database.Id, id) is not { } record)
            return [];
        var changes = new DocumentChangeSet(session, record, id);
        var purged = changes.Purge(revisions);
        if (changes.Tree.Winner >= 0)
            changes.Save(database, indexes);
        else
            Remove(session, database, indexes, record);
        return purged;
    }

    private static void Remove(SqliteSession session, DatabaseState database, IndexWriter indexes, DocumentRecord record)
    {
        if (indexes.Concerns(record.Id))
            indexes.Changed(record.Doc, record.WinnerDocument, null);
        var bodies = record.Tree.Nodes.Select(n => n.Body).Where(n => n > 0).ToHashSet();
        var attached = AttachmentList.Read(record.Winner.Attachments);
        Bodies.Drop(session, record.Doc, bodies, record.Winner.Attachments);
        Contents.DropUnused(session, attached, []);
        session.Run("DELETE FROM documents WHERE doc = $1", record.Doc);
        database.Superseded -= record.Tree.CountSuperseded();
        database.Bytes -= record.Winner.Members.Length;
        if (record.Tree.WinnerNode.Deleted)
            database.DeletedCount--;
        else
            database.DocumentCount--;
    }
}
