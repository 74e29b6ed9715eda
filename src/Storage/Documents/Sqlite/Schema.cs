namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// The tables of a partition and how older files get them: one step per version, each in its own transaction; the
/// version is SQLite's <c>user_version</c>. Text is UTF-8 bytes, so that the order of ids is the order of bytes.
/// </summary>
internal static class Schema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE databases(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            uuid TEXT NOT NULL,
            update_seq INTEGER NOT NULL,
            doc_count INTEGER NOT NULL,
            deleted_count INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            revs_limit INTEGER NOT NULL);

        -- One row per document: what is asked most, the winner, stands in it.
        CREATE TABLE documents(
            doc INTEGER PRIMARY KEY,
            db INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            deleted INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            id TEXT NOT NULL,
            hash TEXT NOT NULL,
            tree BLOB NOT NULL,
            members BLOB NOT NULL);
        CREATE UNIQUE INDEX documents_by_id ON documents(db, id);
        CREATE UNIQUE INDEX documents_by_seq ON documents(db, seq);
        CREATE INDEX documents_alive ON documents(db, id) WHERE deleted = 0;

        -- The other revisions' contents, numbered within their document by its tree.
        CREATE TABLE bodies(
            doc INTEGER NOT NULL,
            number INTEGER NOT NULL,
            members BLOB NOT NULL,
            PRIMARY KEY(doc, number)) WITHOUT ROWID;

        CREATE TABLE local_documents(
            db INTEGER NOT NULL,
            id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            members BLOB NOT NULL,
            PRIMARY KEY(db, id)) WITHOUT ROWID;
        """,
        """
        -- Grows when the database's indexes change; 0 until the design documents of an older file were read.
        ALTER TABLE databases ADD COLUMN index_version INTEGER NOT NULL DEFAULT 0;

        -- What the design documents ask for. state: 0 being built, 1 complete, 2 dropped, its entries still to be removed.
        CREATE TABLE indexes(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            db INTEGER NOT NULL,
            ddoc TEXT NOT NULL,
            name TEXT NOT NULL,
            definition BLOB NOT NULL,
            collation TEXT NOT NULL,
            state INTEGER NOT NULL,
            built_to TEXT NOT NULL);
        CREATE INDEX indexes_by_db ON indexes(db, ddoc, name);

        -- One row per document in an index; the order of key is the order of the index.
        CREATE TABLE index_entries(
            idx INTEGER NOT NULL,
            key BLOB NOT NULL,
            id TEXT NOT NULL,
            doc INTEGER NOT NULL,
            PRIMARY KEY(idx, key, id)) WITHOUT ROWID;
        """,
        """
        -- The attachments of a revision, as JSON; NULL for none.
        ALTER TABLE documents ADD COLUMN attachments BLOB;
        ALTER TABLE bodies ADD COLUMN attachments BLOB;

        -- What is attached, in pieces, so that none is held in memory as a whole.
        CREATE TABLE contents(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            db INTEGER NOT NULL);
        CREATE INDEX contents_by_db ON contents(db);
        CREATE TABLE content_pieces(
            content INTEGER NOT NULL,
            number INTEGER NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY(content, number));

        -- superseded: how many bodies compaction would drop; created: seconds since 1970.
        ALTER TABLE databases ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE databases ADD COLUMN purge_seq INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE databases ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
        UPDATE databases SET superseded =
            (SELECT count(*) FROM bodies b JOIN documents d ON d.doc = b.doc WHERE d.db = databases.id);

        -- What was purged, for those who keep a copy.
        CREATE TABLE purges(
            db INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            id TEXT NOT NULL,
            revisions TEXT NOT NULL,
            PRIMARY KEY(db, seq)) WITHOUT ROWID;
        """,
    ];

    /// <summary>The version this program writes.</summary>
    public static int Current => Steps.Length;

    /// <summary>Brings a file to <see cref="Current"/>.</summary>
    /// <exception cref="DocumentStoreException">The file is from a newer version of the program.</exception>
    public static void Migrate(SqliteSession session, string path)
    {
        var version = session.Number("PRAGMA user_version");
        if (version > Current)
        {
            throw new DocumentStoreException(
                StoreError.Corrupt, "corrupt", $"The database file {path} was written by a newer version of this program.");
        }

        for (; version < Current; version++)
        {
            session.Run("BEGIN IMMEDIATE");
            session.RunScript(Steps[version]);
            session.Run($"PRAGMA user_version = {version + 1}");
            session.Run("COMMIT");
        }
    }
}
