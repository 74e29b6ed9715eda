using System.Runtime.InteropServices;
using System.Text;
using Cozy.Storage.Documents.Mango;
using Microsoft.Data.Sqlite;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>One connection and its prepared statements. For one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>How long a connection waits for another one that locks the file, which none of this program does for long.</summary>
    private const int BusyMilliseconds = 30_000;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SqliteCommand> _queries = new(StringComparer.Ordinal);

    static SqliteSession()
    {
        // Before the first connection, and for all: a connection is used by one thread at a time, so it needs no mutex;
        // counting what SQLite allocates would take one for the whole process.
        SQLitePCL.Batteries_V2.Init();
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MULTITHREAD);
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    private SqliteSession(SqliteConnection connection) => _connection = connection;

    /// <summary>The indexes of databases this connection has looked at, by database, with the version they are of.</summary>
    public Dictionary<long, (long Version, IReadOnlyList<StoredIndex> Indexes)> Indexes { get; } = [];

    /// <summary>The databases of the file, of the connection that writes; null of one that only reads.</summary>
    public DatabaseStates? Databases { get; private init; }

    /// <summary>What queries may cost.</summary>
    public MangoLimits Queries { get; init; } = MangoLimits.Default;

    /// <summary>Opens the connection that writes; creates the file when it is missing.</summary>
    public static SqliteSession OpenWriter(string path, SqliteDocumentOptions options)
    {
        var session = Open(path, SqliteOpenMode.ReadWriteCreate, options, new DatabaseStates());
        try
        {
            // Compaction gives pages back bit by bit; must be said before the first table is made.
            session.Run("PRAGMA auto_vacuum = INCREMENTAL");

            // Readers go on while this connection writes.
            session.Run("PRAGMA journal_mode = WAL");

            // FULL: a commit returns after the log is on the disk.
            session.Run(options.Durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");

            // A log that grew under a burst is cut back at the next checkpoint.
            session.Run("PRAGMA journal_size_limit = 16777216");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that only reads.</summary>
    public static SqliteSession OpenReader(string path, SqliteDocumentOptions options)
    {
        // Not opened as read-only: the last connection to close must be able to clear the log away.
        var session = Open(path, SqliteOpenMode.ReadWrite, options);
        session.Run("PRAGMA query_only = ON");
        return session;
    }

    /// <summary>The number of the row that was inserted last.</summary>
    public long LastInsertedRow => SQLitePCL.raw.sqlite3_last_insert_rowid(_connection.Handle);

    /// <summary>Runs a statement that answers nothing of interest.</summary>
    /// <returns>How many rows it changed, if it is one that inserts, changes or deletes.</returns>
    public int Run(string sql, params ReadOnlySpan<object?> arguments)
    {
        Statement(sql, arguments.Length).Run(arguments);
        return SQLitePCL.raw.sqlite3_changes(_connection.Handle);
    }

    /// <summary>Runs several statements without arguments.</summary>
    public void RunScript(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // A constant of this folder.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement; dispose the reader before the statement is used again.</summary>
    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> arguments) => Bind(sql, arguments).ExecuteReader();

    /// <summary>The first column of the first row; 0 when there is none.</summary>
    public long Number(string sql, params ReadOnlySpan<object?> arguments) => Statement(sql, arguments.Length).Run(arguments);

    /// <summary>What was remembered of the file may be of a transaction, or a part of one, that was rolled back.</summary>
    public void ForgetUncommitted()
    {
        Indexes.Clear();
        Databases?.Forget();
    }

    /// <summary>Ends a transaction that failed, unless SQLite has done so itself.</summary>
    public void Rollback()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
            Run("ROLLBACK");
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        foreach (var query in _queries.Values)
            query.Dispose();
        _connection.Dispose();
    }

    /// <summary>The bytes of a column of the current row, of text too; they are gone with the row.</summary>
    /// <remarks>Straight from SQLite: the library's own way asks for the type of each value several times over.</remarks>
    public static ReadOnlySpan<byte> Bytes(SqliteDataReader reader, int column) =>
        SQLitePCL.raw.sqlite3_column_blob(reader.Handle, column);

    /// <summary>The bytes of a column, to keep.</summary>
    public static byte[] ReadBytes(SqliteDataReader reader, int column) => Bytes(reader, column).ToArray();

    /// <summary>Text, which may contain NUL.</summary>
    public static string ReadText(SqliteDataReader reader, int column) => Encoding.UTF8.GetString(Bytes(reader, column));

    /// <summary>An integer that is not null.</summary>
    public static long ReadNumber(SqliteDataReader reader, int column) => SQLitePCL.raw.sqlite3_column_int64(reader.Handle, column);

    /// <summary>Whether a column holds nothing.</summary>
    public static bool IsNull(SqliteDataReader reader, int column) =>
        SQLitePCL.raw.sqlite3_column_type(reader.Handle, column) == SQLitePCL.raw.SQLITE_NULL;

    private static SqliteSession Open(string path, SqliteOpenMode mode, SqliteDocumentOptions options, DatabaseStates? databases = null)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            _ = SQLitePCL.raw.sqlite3_busy_timeout(connection.Handle, BusyMilliseconds);
            var session = new SqliteSession(connection) { Queries = options.Queries, Databases = databases };

            // Some 2 MB of pages: thousands of partitions may be open.
            session.Run("PRAGMA cache_size = -2000");
            session.Run("PRAGMA temp_store = MEMORY");
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private SqliteStatement Statement(string sql, int parameters)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements.Add(sql, statement = new SqliteStatement(_connection.Handle!, sql, parameters));
        return statement;
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_queries.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();

            // Every statement is a constant of this folder; values are always parameters.
#pragma warning disable CA2100
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < arguments.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            _queries.Add(sql, command);
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            var parameter = command.Parameters[i];
            (parameter.SqliteType, parameter.Value) = arguments[i] switch
            {
                // Text travels as its bytes: the library would cut it at the first NUL.
                string text => (SqliteType.Blob, Encoding.UTF8.GetBytes(text)),
                ReadOnlyMemory<byte> bytes => (SqliteType.Blob, ToArray(bytes)),
                byte[] bytes => (SqliteType.Blob, bytes),
                bool flag => (SqliteType.Integer, flag ? 1 : 0),
                var other => (SqliteType.Integer, other ?? DBNull.Value),
            };
        }

        return command;
    }

    private static byte[] ToArray(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : bytes.ToArray();
}
