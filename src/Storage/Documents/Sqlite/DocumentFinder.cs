using Cozy.Storage.Documents.Json;
using Cozy.Storage.Documents.Mango;
using Cozy.Storage.Documents.Mango.Indexes;
using Cozy.Storage.Documents.Revisions;
using Microsoft.Data.Sqlite;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>Runs a planned query in one snapshot of the file.</summary>
internal static class DocumentFinder
{
    /// <summary>From how many documents for one result on CouchDB warns.</summary>
    private const int ManyExamined = 10;

    private const string ManyExaminedWarning =
        "The number of documents examined is high in proportion to the number of results returned. Consider adding a more specific index to improve this.";

    public static FindResult Find(
        SqliteSession session, DatabaseState database, FindQuery query, QueryPlan plan, CancellationToken cancellationToken)
    {
        var bookmark = query.Bookmark is null ? null : Bookmark.Read(query.Bookmark);
        if (plan.IsEmpty)
            return new FindResult([], null, null, null);

        var matcher = new DocumentMatcher(query, MangoLimits.Default);
        var keys = 0L;
        Bookmark? last = null;
        using (var row = AllDocuments(session, database, query, plan, bookmark))
        {
            while (row.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                keys++;
                var id = SqliteSession.ReadText(row, 0);
                if (id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal))
                    continue;
                if (matcher.Offer(Document(row, id, query), out var isLast))
                    last = new Bookmark([], id);
                if (isLast)
                    break;
            }
        }

        return Result(query, plan, matcher, keys, last);
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

    private static SqliteDataReader AllDocuments(
        SqliteSession session, DatabaseState database, FindQuery query, QueryPlan plan, Bookmark? bookmark)
    {
        // What is no string comes before all ids.
        var start = plan.Start is [{ Json: [(byte)'"', ..] } low] ? CanonicalString.Read(low.Json) : null;
        var end = plan.End is [var high] ? CanonicalString.Read(high.Json) ?? "" : null;
        var (after, from) = query.Descending
            ? (bookmark is null ? "<=" : "<", bookmark?.Id ?? end)
            : (bookmark is null ? ">=" : ">", bookmark?.Id ?? start);
        var (until, to) = query.Descending ? (">=", start) : ("<=", end);
        var sql = $"SELECT CAST(id AS BLOB), generation, CAST(hash AS BLOB), members{(query.Conflicts ? ", tree" : "")}"
            + " FROM documents WHERE db = $1 AND deleted = 0"
            + (from is null ? "" : $" AND id {after} CAST($2 AS TEXT)")
            + (to is null ? "" : $" AND id {until} CAST($3 AS TEXT)")
            + $" ORDER BY id {(query.Descending ? "DESC" : "ASC")}";
        return session.Query(sql, database.Id, from ?? "", to ?? "");
    }

    private static StoredDocument Document(SqliteDataReader row, string id, FindQuery query)
    {
        var document = new StoredDocument(
            id, new Revision(row.GetInt32(1), SqliteSession.ReadText(row, 2)), false, row.GetFieldValue<byte[]>(3));
        if (!query.Conflicts)
            return document;
        var tree = RevisionTreeFormat.Read(row.GetFieldValue<byte[]>(4));
        return document with { Details = new DocumentDetails { Conflicts = DocumentReader.OtherLeaves(tree, deleted: false) } };
    }
}
