namespace Cozy.Storage.Documents.Sqlite;

/// <summary>The bytes of attachments, in pieces of one size.</summary>
internal static class Contents
{
    public const int PieceBytes = 128 * 1024;

    /// <summary>Writes bytes and returns where.</summary>
    public static long Insert(SqliteSession session, long database, ReadOnlyMemory<byte> data)
    {
        session.Run("INSERT INTO contents(db) VALUES ($1)", database);
        var content = session.LastInsertedRow;
        for (var (number, at) = (0, 0); at < data.Length; number++, at += PieceBytes)
        {
            session.Run(
                "INSERT INTO content_pieces(content, number, data) VALUES ($1, $2, $3)",
                content, number, data.Slice(at, Math.Min(PieceBytes, data.Length - at)));
        }

        return content;
    }

    /// <summary>Reads one piece; null when it is not there.</summary>
    public static byte[]? ReadPiece(SqliteSession session, long content, int number)
    {
        using var row = session.Query(
            "SELECT data FROM content_pieces WHERE content = $1 AND number = $2", content, number);
        return row.Read() ? row.Bytes(0).ToArray() : null;
    }

    /// <summary>Removes what the dropped revisions had and none that is kept has.</summary>
    public static void DropUnused(
        SqliteSession session, IEnumerable<Attachment> dropped, IEnumerable<Attachment> kept)
    {
        var used = kept.Select(a => a.Content).ToHashSet();
        foreach (var content in dropped.Select(a => a.Content).Distinct().Where(c => !used.Contains(c)))
        {
            session.Run("DELETE FROM content_pieces WHERE content = $1", content);
            session.Run("DELETE FROM contents WHERE id = $1", content);
        }
    }

    public static void DropAll(SqliteSession session, long database)
    {
        session.Run("DELETE FROM content_pieces WHERE content IN (SELECT id FROM contents WHERE db = $1)", database);
        session.Run("DELETE FROM contents WHERE db = $1", database);
    }
}
