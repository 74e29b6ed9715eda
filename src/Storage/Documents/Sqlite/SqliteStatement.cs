using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// A prepared statement. It goes straight to SQLite: a command of the library looks its parameters up by name each time and makes
/// a reader for what has no rows, which costs as much as the statement itself. One use at a time.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly int[] _positions;

    /// <summary>Prepares a statement.</summary>
    /// <param name="database">The connection, which outlives it.</param>
    /// <param name="sql">One statement; its parameters are called <c>$1</c>, <c>$2</c> and so on.</param>
    /// <param name="parameters">How many it has.</param>
    /// <exception cref="SqliteException">It is no statement.</exception>
    public SqliteStatement(sqlite3 database, string sql, int parameters)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _positions = new int[parameters];
        for (var i = 0; i < parameters; i++)
            _positions[i] = raw.sqlite3_bind_parameter_index(_statement, string.Create(CultureInfo.InvariantCulture, $"${i + 1}"));
    }

    /// <summary>The statement that a row is of.</summary>
    internal sqlite3_stmt Handle => _statement;

    /// <summary>Says what its parameters are the next time.</summary>
    public void Bind(ReadOnlySpan<object?> arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            // A query that is put together of parts may do without one of them.
            if (_positions[i] > 0)
                Bind(_positions[i], arguments[i]);
        }
    }

    /// <summary>Goes to the next row; false when there is none, or it is a statement without rows and has run.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
            return true;
        Check(result);
        return false;
    }

    /// <summary>Ends this use of it.</summary>
    public void Reset()
    {
        // It answers once more what a step has failed with.
        _ = raw.sqlite3_reset(_statement);

        // SQLite keeps a copy of each argument, which may be a large document, in each of a thousand open files.
        _ = raw.sqlite3_clear_bindings(_statement);
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
            SqliteException.ThrowExceptionForRC(result, _database);
    }

    private void Bind(int position, object? argument) => Check(argument switch
    {
        null => raw.sqlite3_bind_null(_statement, position),
        long number => raw.sqlite3_bind_int64(_statement, position, number),
        int number => raw.sqlite3_bind_int64(_statement, position, number),
        bool flag => raw.sqlite3_bind_int64(_statement, position, flag ? 1 : 0),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, position, bytes),
        ReadOnlyMemory<byte> bytes => raw.sqlite3_bind_blob(_statement, position, bytes.Span),
        string text => BindText(position, text),
        _ => throw new ArgumentException($"A {argument.GetType()} is no value of SQLite.", nameof(argument)),
    });

    // As its bytes: text may contain NUL.
    private int BindText(int position, string text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return raw.sqlite3_bind_blob(_statement, position, bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
