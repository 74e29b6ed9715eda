using Microsoft.Data.Sqlite;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>What a failure of SQLite means to callers of the port.</summary>
internal static class SqliteErrors
{
    private const int Full = 13;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    public static DocumentStoreException Translate(Exception failure, string path) => failure switch
    {
        DocumentStoreException known => known,
        SqliteException { SqliteErrorCode: Full } => new(
            StoreError.Full, "insufficient_storage", "The disk is full.", failure),
        SqliteException { SqliteErrorCode: Corrupt or NotADatabase } => new(
            StoreError.Corrupt, "corrupt", $"The database file {path} is damaged: {failure.Message}", failure),
        _ => new(StoreError.Unavailable, "unavailable", $"The database file {path} cannot be used: {failure.Message}", failure),
    };
}
