using Microsoft.Data.Sqlite;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// Runs requests that share a transaction. One that is refused for what it asks must not take the others with it: they
/// are of other callers.
/// </summary>
internal static class WriteBatch
{
    /// <summary>Runs all; false when one was refused, and the transaction is to be rolled back.</summary>
    public static bool TryRunAll(SqliteSession writer, IReadOnlyList<WriteRequest> batch)
    {
        foreach (var request in batch)
        {
            try
            {
                request.Execute(writer);
            }
            catch (Exception failure) when (IsRefusal(failure))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Runs those that are not refused, and fails the others. A savepoint for each costs two more statements: worth it
    /// only when it is known that one is refused.
    /// </summary>
    /// <returns>True: what remains is to be committed.</returns>
    public static bool RunEach(SqliteSession writer, IReadOnlyList<WriteRequest> batch, string path)
    {
        foreach (var request in batch)
        {
            writer.Run("SAVEPOINT request");
            try
            {
                request.Execute(writer);
                writer.Databases!.Save(writer);
            }
            catch (Exception failure) when (IsRefusal(failure))
            {
                writer.Run("ROLLBACK TO request");
                writer.ForgetUncommitted();
                request.Fail(SqliteErrors.Translate(failure, path));
            }

            writer.Run("RELEASE request");
        }

        return true;
    }

    /// <summary>Whether a failure is about what was asked, and not about the file or the disk under all requests.</summary>
    private static bool IsRefusal(Exception failure) => failure is not SqliteException;
}
