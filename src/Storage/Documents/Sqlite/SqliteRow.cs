using System.Text;
using SQLitePCL;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>What a query answers, row by row. Has to be disposed before the same query is asked again.</summary>
internal readonly ref struct SqliteRow(SqliteStatement statement)
{
    private readonly sqlite3_stmt _row = statement.Handle;

    /// <summary>Goes to the next row, to the first one at first; false when there is none.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The query failed.</exception>
    public bool Read() => statement.Step();

    /// <summary>An integer.</summary>
    public long Number(int column) => raw.sqlite3_column_int64(_row, column);

    /// <summary>The bytes of a blob or a text; they are gone with the row.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_row, column);

    /// <summary>Text, which may contain NUL.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    /// <summary>Whether there is nothing.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_row, column) == raw.SQLITE_NULL;

    /// <summary>Ends the query.</summary>
    public void Dispose() => statement.Reset();
}
