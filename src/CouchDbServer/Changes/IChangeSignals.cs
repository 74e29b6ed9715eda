using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Wakes the feeds that wait for a database.</summary>
public interface IChangeSignals
{
    /// <summary>
    /// Completes when the database may have changed since the call. A feed that takes the signal before it reads misses
    /// nothing: what was written after its read completes that signal.
    /// </summary>
    Task Next(DatabaseName database);

    /// <summary>Says that the database was changed through this process.</summary>
    void Raise(DatabaseName database);
}
