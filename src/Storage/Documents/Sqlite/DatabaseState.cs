namespace Cozy.Storage.Documents.Sqlite;

/// <summary>The row of a database; the writer changes it along with its documents.</summary>
internal sealed class DatabaseState
{
    private const string Columns = "id, uuid, update_seq, doc_count, deleted_count, bytes, revs_limit, index_version";

    public required long Id { get; init; }

    public required string Uuid { get; init; }

    public long UpdateSequence { get; set; }

    public long DocumentCount { get; set; }

    public long DeletedCount { get; set; }

    public long Bytes { get; set; }

    public int RevisionsLimit { get; init; }

    /// <summary>Grows when the indexes change; 0 when the design documents were never looked through.</summary>
    public long IndexVersion { get; set; }

    /// <summary>The database of this name; null when there is none.</summary>
    public static DatabaseState? Load(SqliteSession session, string name)
    {
        using var row = session.Query($"SELECT {Columns} FROM databases WHERE name = CAST($1 AS TEXT)", name);
        if (!row.Read())
            return null;
        return new DatabaseState
        {
            Id = row.GetInt64(0),
            Uuid = row.GetString(1),
            UpdateSequence = row.GetInt64(2),
            DocumentCount = row.GetInt64(3),
            DeletedCount = row.GetInt64(4),
            Bytes = row.GetInt64(5),
            RevisionsLimit = row.GetInt32(6),
            IndexVersion = row.GetInt64(7),
        };
    }

    public static DatabaseState Create(SqliteSession session, string name, int revisionsLimit)
    {
        session.Run(
            "INSERT INTO databases(name, uuid, update_seq, doc_count, deleted_count, bytes, revs_limit, index_version) VALUES (CAST($1 AS TEXT), CAST($2 AS TEXT), 0, 0, 0, 0, $3, 1)",
            name, Guid.NewGuid().ToString("N"), revisionsLimit);
        return Load(session, name)!;
    }

    public void Save(SqliteSession session) => session.Run(
        "UPDATE databases SET update_seq = $2, doc_count = $3, deleted_count = $4, bytes = $5, index_version = $6 WHERE id = $1",
        Id, UpdateSequence, DocumentCount, DeletedCount, Bytes, IndexVersion);

    public DatabaseInfo ToInfo() =>
        new(DocumentCount, DeletedCount, SequenceText.Write(UpdateSequence, Uuid), Bytes);
}
