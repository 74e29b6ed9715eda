using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// A prepared statement that answers a number at most. It goes straight to SQLite: a command of the library looks its parameters
/// up by name each time and makes a reader for what has no rows, which costs as much as the statement itself.
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

    /// <summary>Runs it to its end.</summary>
    /// <returns>The first column of the first row; 0 when there is none, or no integer in it.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public long Run(ReadOnlySpan<object?> arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
            Bind(_positions[i], arguments[i]);

        var number = 0L;
        try
        {
            var result = raw.sqlite3_step(_statement);
            if (result == raw.SQLITE_ROW && raw.sqlite3_column_type(_statement, 0) == raw.SQLITE_INTEGER)
                number = raw.sqlite3_column_int64(_statement, 0);
            while (result == raw.SQLITE_ROW)
                result = raw.sqlite3_step(_statement);
            Check(result);
        }
        finally
        {
            // It answers once more what the step has failed with.
            _ = raw.sqlite3_reset(_statement);
        }

        return number;
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
