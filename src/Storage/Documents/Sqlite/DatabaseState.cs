namespace Cozy.Storage.Documents.Sqlite;

/// <summary>The row of a database; the writer changes it along with its documents.</summary>
internal sealed class DatabaseState
{
    private const string Columns =
        "id, uuid, update_seq, doc_count, deleted_count, bytes, revs_limit, superseded, purge_seq, created, index_version";

    public required long Id { get; init; }

    public required string Uuid { get; init; }

    public long UpdateSequence { get; set; }

    public long DocumentCount { get; set; }

    public long DeletedCount { get; set; }

    public long Bytes { get; set; }

    public int RevisionsLimit { get; set; }

    /// <summary>How many contents of revisions are kept that have successors: what compaction would drop.</summary>
    public long Superseded { get; set; }

    /// <summary>How many documents were named in purges.</summary>
    public long PurgeSequence { get; set; }

    /// <summary>When it was created, in seconds since 1970; 0 when that was not written down yet.</summary>
    public long Created { get; init; }

    /// <summary>Grows when the indexes change; 0 when the design documents were never looked through.</summary>
    public long IndexVersion { get; set; }

    /// <summary>The database of this name; null when there is none. A writing connection keeps it.</summary>
    public static DatabaseState? Load(SqliteSession session, string name)
    {
        if (session.Databases is not { } databases)
            return Read(session, name);
        var state = databases.Find(name);
        if (state is null && (state = Read(session, name)) is not null)
            databases.Add(name, state);
        return state;
    }

    public static DatabaseState Create(SqliteSession session, string name, int revisionsLimit, DateTimeOffset now)
    {
        session.Run(
            "INSERT INTO databases(name, uuid, update_seq, doc_count, deleted_count, bytes, revs_limit, created, index_version) VALUES (CAST($1 AS TEXT), CAST($2 AS TEXT), 0, 0, 0, 0, $3, $4, 1)",
            name, Guid.NewGuid().ToString("N"), revisionsLimit, now.ToUnixTimeSeconds());
        return Load(session, name)!;
    }

    /// <summary>Has the row written before the transaction ends.</summary>
    /// <param name="session">The connection that writes.</param>
    public void Save(SqliteSession session) => session.Databases!.Changed(this);

    /// <summary>Writes the row.</summary>
    public void Write(SqliteSession session) => session.Run(
        "UPDATE databases SET update_seq = $2, doc_count = $3, deleted_count = $4, bytes = $5, revs_limit = $6, superseded = $7, purge_seq = $8, index_version = $9 WHERE id = $1",
        Id, UpdateSequence, DocumentCount, DeletedCount, Bytes, RevisionsLimit, Superseded, PurgeSequence,
        IndexVersion);

    public DatabaseInfo ToInfo() =>
        new(DocumentCount, DeletedCount, SequenceText.Write(UpdateSequence, Uuid), Bytes)
        {
            PurgeSequence = SequenceText.Write(PurgeSequence, Uuid),
            Created = DateTimeOffset.FromUnixTimeSeconds(Created),
        };

    private static DatabaseState? Read(SqliteSession session, string name)
    {
        using var row = session.Query($"SELECT {Columns} FROM databases WHERE name = CAST($1 AS TEXT)", name);
        if (!row.Read())
            return null;
        return new DatabaseState
        {
            Id = row.Number(0),
            Uuid = row.Text(1),
            UpdateSequence = row.Number(2),
            DocumentCount = row.Number(3),
            DeletedCount = row.Number(4),
            Bytes = row.Number(5),
            RevisionsLimit = (int)row.Number(6),
            Superseded = row.Number(7),
            PurgeSequence = row.Number(8),
            Created = row.Number(9),
            IndexVersion = row.Number(10),
        };
    }
}
