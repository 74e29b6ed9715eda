using Cozy.Storage.Documents.Json;
using Cozy.Storage.Documents.Mango;
using Cozy.Storage.Documents.Mango.Indexes;
using Cozy.Storage.Documents.Mango.Values;
using Cozy.Storage.Documents.Revisions;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>Runs a planned query in one snapshot of the file.</summary>
internal static class DocumentFinder
{
    /// <summary>From how many documents for one result on CouchDB warns.</summary>
    private const int ManyExamined = 10;

    private const string ManyExaminedWarning =
        "The number of documents examined is high in proportion to the number of results returned. Consider adding a more specific index to improve this.";

    public static FindResult Find(
        SqliteSession session, DatabaseState database, FindQuery query, QueryPlan plan, StoredIndex? index,
        CancellationToken cancellationToken)
    {
        var bookmark = query.Bookmark is null ? null : Bookmark.Read(query.Bookmark);
        if (plan.IsEmpty)
            return new FindResult([], null, null, null);

        var matcher = new DocumentMatcher(query, session.Queries);
        var keys = 0L;
        var uncounted = 0L;
        Bookmark? last = null;
        using (var row = index is null
            ? AllDocuments(session, database, query, plan, bookmark)
            : Entries(session, query, plan, index, bookmark))
        {
            while (row.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                matcher.Step();
                uncounted++;
                var document = Document(row, query);
                if (document.Id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal))
                {
                    // With a design document that matches, CouchDB forgets what it read since the match before.
                    uncounted = matcher.Selects(document) ? 0 : uncounted;
                    continue;
                }

                var isFound = matcher.Offer(document, out var isLast);
                if (isFound)
                    last = new Bookmark(index is null ? [] : row.Bytes(5).ToArray(), document.Id);
                if (isFound || isLast)
                    (keys, uncounted) = (keys + uncounted, 0);
                if (isLast)
                    break;
            }
        }

        return Result(query, plan, matcher, keys + uncounted, last);
    }

    private static FindResult Result(FindQuery query, QueryPlan plan, DocumentMatcher matcher, long keys, Bookmark? last)
    {
        var examined = plan.Covering ? 0 : keys;
        var found = matcher.Found.Count;
        var warnings = plan.Warnings(query).ToList();
        if (examined > (long)ManyExamined * Math.Max(found, 1))
            warnings.Add(ManyExaminedWarning);
        var byQuorum = query.ReadQuorum > 1;
        return new FindResult(
            matcher.Found,
            last?.Write() ?? query.Bookmark ?? "nil",
            warnings.Count == 0 ? null : string.Join('\n', warnings),
            query.ExecutionStatistics
                ? new FindStatistics(
                    keys, byQuorum ? 0 : examined, byQuorum ? examined : 0, found, matcher.Elapsed.TotalMilliseconds)
                : null);
    }

    private static SqliteRow AllDocuments(
        SqliteSession session, DatabaseState database, FindQuery query, QueryPlan plan, Bookmark? bookmark)
    {
        // What is no string comes before all ids.
        var start = plan.Start is [{ Json: [(byte)'"', ..] } low] ? CanonicalString.Read(low.Json) : null;
        var end = plan.End is [var high] ? CanonicalString.Read(high.Json) ?? "" : null;
        var (after, from) = query.Descending
            ? (bookmark is null ? "<=" : "<", bookmark?.Id ?? end)
            : (bookmark is null ? ">=" : ">", bookmark?.Id ?? start);
        var (until, to) = query.Descending ? (">=", start) : ("<=", end);
        var sql = $"SELECT id, generation, hash, members, attachments, NULL{(query.Conflicts ? ", tree" : "")}"
            + " FROM documents WHERE db = $1 AND deleted = 0"
            + (from is null ? "" : $" AND id {after} CAST($2 AS TEXT)")
            + (to is null ? "" : $" AND id {until} CAST($3 AS TEXT)")
            + $" ORDER BY id {(query.Descending ? "DESC" : "ASC")}";
        return session.Query(sql, database.Id, from ?? "", to ?? "");
    }

    private static SqliteRow Entries(
        SqliteSession session, FindQuery query, QueryPlan plan, StoredIndex index, Bookmark? bookmark)
    {
        byte[] start = [.. plan.Start.SelectMany(bound => bound.Key)];
        byte[] end = [.. plan.End.SelectMany(bound => bound.Key), ValueKey.Maximum];
        var order = query.Descending ? "DESC" : "ASC";
        var sql = "SELECT e.id, d.generation, d.hash, d.members, d.attachments, e.key"
            + (query.Conflicts ? ", d.tree" : "")
            + " FROM index_entries e CROSS JOIN documents d ON d.doc = e.doc WHERE e.idx = $1"

            // A bookmark takes the place of the bound it lies behind: with both, SQLite might go from the outer one.
            + (bookmark is not null && !query.Descending ? " AND (e.key, e.id) > ($4, CAST($5 AS TEXT))" : " AND e.key >= $2")
            + (bookmark is not null && query.Descending ? " AND (e.key, e.id) < ($4, CAST($5 AS TEXT))" : " AND e.key < $3")
            + $" ORDER BY e.key {order}, e.id {order}";
        return session.Query(sql, index.Id, start, end, bookmark?.Key ?? [], bookmark?.Id ?? "");
    }

    private static StoredDocument Document(SqliteRow row, FindQuery query)
    {
        var revision = new Revision((int)row.Number(1), row.Text(2));
        var document = DocumentReader.Document(row.Text(0), revision, false, Bodies.Read(row, 3));
        if (!query.Conflicts)
            return document;
        var tree = RevisionTreeFormat.Read(row.Bytes(6));
        return document with { Details = new DocumentDetails { Conflicts = DocumentReader.OtherLeaves(tree, deleted: false) } };
    }
}
