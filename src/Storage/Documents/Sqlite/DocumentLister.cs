namespace Cozy.Storage.Documents.Sqlite;

/// <summary>Lists the documents of one database by id.</summary>
internal static class DocumentLister
{
    private const string Columns = "id, generation, hash, deleted";

    public static DocumentPage List(SqliteSession session, DatabaseState database, ListQuery query) =>
        query.Keys is { } keys ? ByKeys(session, database, query, keys) : ByRange(session, database, query);

    private static DocumentPage ByKeys(
        SqliteSession session, DatabaseState database, ListQuery query, IReadOnlyList<string> keys)
    {
        var ordered = query.Descending ? keys.Reverse() : keys;
        var rows = new CappedList<DocumentRow>(query.MaxBytes);
        var contents = new ByteBlocks();
        foreach (var key in ordered.Skip(query.Skip).Take(query.Limit ?? int.MaxValue))
        {
            using var row = session.Query(
                query.IncludeDocuments
                    ? $"SELECT {Columns}, members, attachments FROM documents WHERE db = $1 AND id = CAST($2 AS TEXT)"
                    : $"SELECT {Columns} FROM documents WHERE db = $1 AND id = CAST($2 AS TEXT)",
                database.Id, key);
            var found = row.Read() ? Row(row, query.IncludeDocuments, contents) : new DocumentRow(key, null, false, null);
            if (!rows.Add(found, SizeOf(found)))
                break;
        }

        return new DocumentPage(database.DocumentCount, null, rows.Items) { IsCut = rows.IsCut };
    }

    private static DocumentPage ByRange(SqliteSession session, DatabaseState database, ListQuery query)
    {
        var columns = query.IncludeDocuments ? $"{Columns}, members, attachments" : Columns;
        var (after, before) = query.Descending ? ("<=", ">=") : (">=", "<=");
        if (!query.InclusiveEnd)
            before = before[..1];
        var sql = $"SELECT {columns} FROM documents WHERE db = $1 AND deleted = 0"
            + (query.StartKey is null ? "" : $" AND id {after} CAST($4 AS TEXT)")
            + (query.EndKey is null ? "" : $" AND id {before} CAST($5 AS TEXT)")
            + (query.Descending ? " ORDER BY id DESC" : " ORDER BY id")
            + " LIMIT $2 OFFSET $3";
        var rows = new CappedList<DocumentRow>(query.MaxBytes);
        using (var row = session.Query(sql, database.Id, query.Limit ?? -1, query.Skip, query.StartKey ?? "", query.EndKey ?? ""))
        {
            var contents = new ByteBlocks();
            var fits = true;
            while (fits && row.Read())
            {
                var found = Row(row, query.IncludeDocuments, contents);
                fits = rows.Add(found, SizeOf(found));
            }
        }

        var offset = query.CountOffset ? Offset(session, database, query) : (long?)null;
        return new DocumentPage(database.DocumentCount, offset, rows.Items) { IsCut = rows.IsCut };
    }

    private static long Offset(SqliteSession session, DatabaseState database, ListQuery query)
    {
        var skipped = query.StartKey is null
            ? 0
            : session.Number(
                query.Descending
                    ? "SELECT count(*) FROM documents WHERE db = $1 AND deleted = 0 AND id > CAST($2 AS TEXT)"
                    : "SELECT count(*) FROM documents WHERE db = $1 AND deleted = 0 AND id < CAST($2 AS TEXT)",
                database.Id, query.StartKey);
        return Math.Min(skipped + query.Skip, database.DocumentCount);
    }

    private static DocumentRow Row(SqliteRow row, bool withDocument, ByteBlocks contents)
    {
        var id = row.Text(0);
        var revision = new Revision((int)row.Number(1), row.Text(2));
        var deleted = row.Number(3) != 0;
        var document = withDocument && !deleted
            ? DocumentReader.Document(
                id, revision, false, new RevisionBody(contents.Add(row.Bytes(4)), Bodies.ReadAttachments(row, 5)))
            : null;
        return new DocumentRow(id, revision, deleted, document);
    }

    private static int SizeOf(DocumentRow row) => row.Document?.Members.Length ?? 0;
}
