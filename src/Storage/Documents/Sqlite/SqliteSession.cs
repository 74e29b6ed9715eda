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

    /// <summary>The number of the row that was inserted last.</summary>
    public long LastInsertedRow => SQLitePCL.raw.sqlite3_last_insert_rowid(_connection.Handle);

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

    /// <summary>Runs a statement that answers nothing of interest.</summary>
    /// <returns>How many rows it changed, if it is one that inserts, changes or deletes.</returns>
    public int Run(string sql, params ReadOnlySpan<object?> arguments)
    {
        using var row = Query(sql, arguments);
        while (row.Read())
        {
            // Nobody asks what a pragma answers.
        }

        return SQLitePCL.raw.sqlite3_changes(_connection.Handle);
    }

    /// <summary>Runs several statements without arguments.</summary>
    public void RunScript(string sql) =>
        SqliteException.ThrowExceptionForRC(SQLitePCL.raw.sqlite3_exec(_connection.Handle, sql), _connection.Handle);

    /// <summary>Asks a query.</summary>
    /// <param name="sql">A constant of this folder: it is prepared once and kept. Values are always arguments.</param>
    /// <param name="arguments">What its parameters <c>$1</c>, <c>$2</c> and so on are: integers, booleans, text or bytes.</param>
    public SqliteRow Query(string sql, params ReadOnlySpan<object?> arguments)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements.Add(sql, statement = new SqliteStatement(_connection.Handle!, sql, arguments.Length));
        statement.Bind(arguments);
        return new SqliteRow(statement);
    }

    /// <summary>The integer in the first column of the first row; 0 when there is none.</summary>
    public long Number(string sql, params ReadOnlySpan<object?> arguments)
    {
        using var row = Query(sql, arguments);
        return row.Read() ? row.Number(0) : 0;
    }

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
        _connection.Dispose();
    }

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
}
