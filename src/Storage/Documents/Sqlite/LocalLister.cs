using System.Globalization;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>Lists the local documents of one database by id.</summary>
internal static class LocalLister
{
    public static IReadOnlyList<LocalDocument> List(SqliteSession session, DatabaseState database, ListQuery query)
    {
        const string Columns = "SELECT CAST(id AS BLOB), revision, members FROM local_documents WHERE db = $1";
        var documents = new List<LocalDocument>();
        if (query.Keys is { } keys)
        {
            var ordered = query.Descending ? keys.Reverse() : keys;
            foreach (var key in ordered.Skip(query.Skip).Take(query.Limit ?? int.MaxValue))
                Read(session, $"{Columns} AND id = CAST($2 AS TEXT)", documents, database.Id, key);
            return documents;
        }

        var (after, before) = query.Descending ? ("<=", ">=") : (">=", "<=");
        if (!query.InclusiveEnd)
            before = before[..1];
        var sql = Columns
            + (query.StartKey is null ? "" : $" AND id {after} CAST($4 AS TEXT)")
            + (query.EndKey is null ? "" : $" AND id {before} CAST($5 AS TEXT)")
            + (query.Descending ? " ORDER BY id DESC" : " ORDER BY id")
            + " LIMIT $2 OFFSET $3";
        Read(session, sql, documents, database.Id, query.Limit ?? -1, query.Skip, query.StartKey ?? "", query.EndKey ?? "");
        return documents;
    }

    public static string RevisionText(long revision) => string.Create(CultureInfo.InvariantCulture, $"0-{revision}");

    private static void Read(
        SqliteSession session, string sql, List<LocalDocument> documents, params ReadOnlySpan<object?> arguments)
    {
        using var row = session.Query(sql, arguments);
        while (row.Read())
        {
            documents.Add(new LocalDocument(
                row.Text(0), RevisionText(row.Number(1)), row.Bytes(2).ToArray()));
        }
    }
}
