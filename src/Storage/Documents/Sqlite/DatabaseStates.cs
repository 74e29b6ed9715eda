namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// The rows of the databases that a file's writing connection has worked on. Nobody else changes them: they are read once, and
/// written once in a transaction, however many requests share it.
/// </summary>
internal sealed class DatabaseStates
{
    private readonly Dictionary<string, DatabaseState> _known = new(StringComparer.Ordinal);
    private readonly HashSet<DatabaseState> _changed = [];

    public DatabaseState? Find(string name) => _known.GetValueOrDefault(name);

    public void Add(string name, DatabaseState state) => _known.Add(name, state);

    /// <summary>The row is to be written before the transaction ends.</summary>
    public void Changed(DatabaseState state) => _changed.Add(state);

    /// <summary>Writes the rows that have changed.</summary>
    public void Save(SqliteSession session)
    {
        foreach (var state in _changed)
            state.Write(session);
        _changed.Clear();
    }

    /// <summary>The database is no more.</summary>
    public void Remove(string name)
    {
        if (_known.Remove(name, out var state))
            _changed.Remove(state);
    }

    /// <summary>What was not saved has been rolled back.</summary>
    public void Forget()
    {
        _known.Clear();
        _changed.Clear();
    }
}
