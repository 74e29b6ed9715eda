using Cozy.Storage.Documents.Revisions;
using Microsoft.Data.Sqlite;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>Reads the changes of one database in the order of their sequence numbers.</summary>
internal static class ChangesReader
{
    private const string Columns = "CAST(id AS BLOB), seq, generation, CAST(hash AS BLOB), deleted";
    private const int Members = 5;
    private const int Tree = 7;

    public static ChangesPage Read(SqliteSession session, DatabaseState database, ChangesQuery query)
    {
        var since = SequenceText.Read(query.Since, database);

        // As in CouchDB, going backwards starts at the newest and ends at the oldest, wherever the reader was.
        var from = query.Descending ? 0 : since;
        var changes = query.DocumentIds is { } ids
            ? OfDocuments(session, database, query, from, ids)
            : All(session, database, query, from);
        var waiting = session.Number(
            "SELECT count(*) FROM documents WHERE db = $1 AND seq > $2", database.Id, from) - changes.Count;
        var last = LastSequence(session, database, query, from, changes);
        return new ChangesPage(changes.ConvertAll(c => c.Change), SequenceText.Write(last, database.Uuid), Math.Max(waiting, 0));
    }

    private static long LastSequence(
        SqliteSession session, DatabaseState database, ChangesQuery query, long from,
        List<(long Sequence, DocumentChange Change)> changes)
    {
        if (query.Limit == 0)
            return from;
        if (changes.Count > 0 && (query.Descending || changes.Count == query.Limit))
            return changes[^1].Sequence;

        // The newest change there is, which a purge may have taken back behind the database's own count.
        var newest = session.Number("SELECT max(seq) FROM documents WHERE db = $1", database.Id);
        return Math.Min(Math.Max(from, newest), database.UpdateSequence);
    }

    private static List<(long Sequence, DocumentChange Change)> All(
        SqliteSession session, DatabaseState database, ChangesQuery query, long from)
    {
        var changes = new List<(long, DocumentChange)>();
        var order = query.Descending ? "DESC" : "ASC";
        using var row = session.Query(
            $"SELECT {ColumnsOf(query)} FROM documents WHERE db = $1 AND seq > $2 ORDER BY seq {order} LIMIT $3",
            database.Id, from, query.Limit ?? -1);
        while (row.Read())
            changes.Add(Change(row, database, query));
        return changes;
    }

    private static List<(long Sequence, DocumentChange Change)> OfDocuments(
        SqliteSession session, DatabaseState database, ChangesQuery query, long from, IReadOnlyCollection<string> ids)
    {
        var changes = new List<(long Sequence, DocumentChange)>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            using var row = session.Query(
                $"SELECT {ColumnsOf(query)} FROM documents WHERE db = $1 AND seq > $2 AND id = CAST($3 AS TEXT)",
                database.Id, from, id);
            if (row.Read())
                changes.Add(Change(row, database, query));
        }

        changes.Sort((a, b) => query.Descending ? b.Sequence.CompareTo(a.Sequence) : a.Sequence.CompareTo(b.Sequence));
        if (query.Limit is { } limit && changes.Count > limit)
            changes.RemoveRange(limit, changes.Count - limit);
        return changes;
    }

    private static string ColumnsOf(ChangesQuery query) =>
        Columns + (query.IncludeDocuments ? ", members, attachments" : ", NULL, NULL") + (query.AllLeaves ? ", tree" : "");

    private static (long Sequence, DocumentChange Change) Change(
        SqliteDataReader row, DatabaseState database, ChangesQuery query)
    {
        var id = SqliteSession.ReadText(row, 0);
        var sequence = row.GetInt64(1);
        var winner = new Revision(row.GetInt32(2), SqliteSession.ReadText(row, 3));
        var deleted = row.GetInt64(4) != 0;
        IReadOnlyList<Revision> leaves = [winner];
        if (query.AllLeaves)
        {
            var tree = RevisionTreeFormat.Read(row.GetFieldValue<byte[]>(Tree));
            leaves = tree.LeavesBestFirst().ConvertAll(i => tree.Nodes[i].Revision);
        }

        var document = query.IncludeDocuments
            ? DocumentReader.Document(id, winner, deleted, Bodies.Read(row, Members))
            : null;
        return (sequence, new DocumentChange(SequenceText.Write(sequence, database.Uuid), id, leaves, deleted, document));
    }
}
