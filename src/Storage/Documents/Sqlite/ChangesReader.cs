using Cozy.Storage.Documents.Revisions;

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
        var changes = new CappedList<(long Sequence, DocumentChange Change)>(query.MaxBytes);
        if (query.DocumentIds is { } ids)
            ReadDocuments(session, database, query, Sequences(session, database, query, from, ids), changes);
        else
            ReadAll(session, database, query, from, changes);

        var waiting = query.CountPending
            ? session.Number("SELECT count(*) FROM documents WHERE db = $1 AND seq > $2", database.Id, from)
                - changes.Items.Count - query.Skip
            : 0;
        var last = SequenceText.Write(LastSequence(session, database, query, from, changes), database.Uuid);
        return new ChangesPage(changes.Items.ConvertAll(c => c.Change), last, Math.Max(waiting, 0)) { IsCut = changes.IsCut };
    }

    private static long LastSequence(
        SqliteSession session, DatabaseState database, ChangesQuery query, long from,
        CappedList<(long Sequence, DocumentChange Change)> changes)
    {
        if (query.Limit == 0)
            return from;
        var isPart = query.Descending || changes.IsCut || changes.Items.Count == query.Limit;
        if (isPart && changes.Items.Count > 0)
            return changes.Items[^1].Sequence;

        // The newest change there is, which a purge may have taken back behind the database's own count.
        var newest = session.Number("SELECT max(seq) FROM documents WHERE db = $1", database.Id);
        return Math.Min(Math.Max(from, newest), database.UpdateSequence);
    }

    private static void ReadAll(
        SqliteSession session, DatabaseState database, ChangesQuery query, long from, CappedList<(long, DocumentChange)> changes)
    {
        var order = query.Descending ? "DESC" : "ASC";
        using var row = session.Query(
            $"SELECT {ColumnsOf(query)} FROM documents WHERE db = $1 AND seq > $2 ORDER BY seq {order} LIMIT $3 OFFSET $4",
            database.Id, from, query.Limit ?? -1, query.Skip);
        while (row.Read() && Add(row, database, query, changes))
        {
            // Adding is all there is to do.
        }
    }

    private static void ReadDocuments(
        SqliteSession session, DatabaseState database, ChangesQuery query, IEnumerable<long> sequences,
        CappedList<(long, DocumentChange)> changes)
    {
        foreach (var sequence in sequences)
        {
            using var row = session.Query(
                $"SELECT {ColumnsOf(query)} FROM documents WHERE db = $1 AND seq = $2", database.Id, sequence);
            if (row.Read() && !Add(row, database, query, changes))
                return;
        }
    }

    private static IEnumerable<long> Sequences(
        SqliteSession session, DatabaseState database, ChangesQuery query, long from, IReadOnlyCollection<string> ids)
    {
        var sequences = new List<long>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            using var row = session.Query(
                "SELECT seq FROM documents WHERE db = $1 AND seq > $2 AND id = CAST($3 AS TEXT)", database.Id, from, id);
            if (row.Read())
                sequences.Add(row.Number(0));
        }

        sequences.Sort();
        if (query.Descending)
            sequences.Reverse();
        return sequences.Skip(query.Skip).Take(query.Limit ?? int.MaxValue);
    }

    private static bool Add(
        SqliteRow row, DatabaseState database, ChangesQuery query, CappedList<(long, DocumentChange)> changes)
    {
        var change = Change(row, database, query);
        return changes.Add(change, change.Change.Document?.Members.Length ?? 0);
    }

    private static string ColumnsOf(ChangesQuery query) =>
        Columns + (query.IncludeDocuments ? ", members, attachments" : ", NULL, NULL") + (query.AllLeaves ? ", tree" : "");

    private static (long Sequence, DocumentChange Change) Change(
        SqliteRow row, DatabaseState database, ChangesQuery query)
    {
        var id = row.Text(0);
        var sequence = row.Number(1);
        var winner = new Revision((int)row.Number(2), row.Text(3));
        var deleted = row.Number(4) != 0;
        IReadOnlyList<Revision> leaves = [winner];
        if (query.AllLeaves)
        {
            var tree = RevisionTreeFormat.Read(row.Bytes(Tree));
            leaves = tree.LeavesBestFirst().ConvertAll(i => tree.Nodes[i].Revision);
        }

        var document = query.IncludeDocuments
            ? DocumentReader.Document(id, winner, deleted, Bodies.Read(row, Members))
            : null;
        return (sequence, new DocumentChange(SequenceText.Write(sequence, database.Uuid), id, leaves, deleted, document));
    }
}
