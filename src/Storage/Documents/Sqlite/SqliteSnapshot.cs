using Microsoft.Data.Sqlite;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>Whole copies of a partition's file, and whether one is sound.</summary>
internal static class SqliteSnapshot
{
    /// <summary>Writes a copy of a file in use, as of one moment and without what is free in it.</summary>
    public static void Copy(string path, string target)
    {
        var part = target + ".part";
        File.Delete(part);
        using (var connection = Open(path, SqliteOpenMode.ReadWrite))
        {
            Run(connection, "PRAGMA auto_vacuum = INCREMENTAL");

            // The name must be text, and a statement's text is the only place for it.
            Run(connection, $"VACUUM INTO '{part.Replace("'", "''", StringComparison.Ordinal)}'");
        }

        Flush(part);
        File.Move(part, target, overwrite: true);
    }

    /// <exception cref="DocumentStoreException">The file is damaged, no partition's, or of a newer version.</exception>
    public static void Check(string path)
    {
        try
        {
            using var connection = Open(path, SqliteOpenMode.ReadOnly);
            if (Ask(connection, "PRAGMA integrity_check") is not "ok")
                throw Damaged(path, "it is not sound", null);
            if (Ask(connection, "PRAGMA user_version") is not long version || version < 1 || version > Schema.Current)
                throw Damaged(path, "it is of another version", null);
            Ask(connection, "SELECT count(*) FROM databases");
        }
        catch (SqliteException failure)
        {
            throw Damaged(path, failure.Message, failure);
        }
    }

    /// <summary>Makes sure that a file is on the disk.</summary>
    public static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    private static DocumentStoreException Damaged(string path, string why, Exception? inner) =>
        new(StoreError.Corrupt, "corrupt", $"The file {path} holds no documents: {why}", inner);

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The only value in it is quoted above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static object? Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
