namespace Cozy.Storage.Documents;

/// <summary>What kind of failure a document store met; decides what a caller may do about it.</summary>
public enum StoreError
{
    /// <summary>The database does not exist.</summary>
    DatabaseMissing,

    /// <summary>The database exists already.</summary>
    DatabaseExists,

    /// <summary>The name is not one a database may have.</summary>
    InvalidDatabaseName,

    /// <summary>The document, its id, its revision or an option is malformed; repeating the call is useless.</summary>
    InvalidDocument,

    /// <summary>The document, or the request, is larger than the store accepts.</summary>
    TooLarge,

    /// <summary>The revision given is not a leaf of the document.</summary>
    Conflict,

    /// <summary>The document does not exist.</summary>
    NotFound,

    /// <summary>The query would take more time than the store grants it; asking again is useless.</summary>
    TooExpensive,

    /// <summary>The store cannot be reached or did not answer in time: whether a write happened is unknown.</summary>
    Unavailable,

    /// <summary>The disk is full; nothing was written.</summary>
    Full,

    /// <summary>The stored data is damaged.</summary>
    Corrupt,
}

/// <summary>A failure of a document store, with CouchDB's <c>error</c> and <c>reason</c> words where it has them.</summary>
public sealed class DocumentStoreException(StoreError kind, string error, string reason, Exception? inner = null)
    : Exception($"{error}: {reason}", inner)
{
    /// <summary>What kind of failure it is.</summary>
    public StoreError Kind { get; } = kind;

    /// <summary>CouchDB's short word, such as <c>not_found</c>.</summary>
    public string Error { get; } = error;

    /// <summary>CouchDB's sentence for it, such as <c>Database does not exist.</c></summary>
    public string Reason { get; } = reason;

    /// <summary>The database does not exist.</summary>
    public static DocumentStoreException DatabaseMissing() =>
        new(StoreError.DatabaseMissing, "not_found", "Database does not exist.");

    /// <summary>The input is malformed.</summary>
    public static DocumentStoreException Invalid(string error, string reason) =>
        new(StoreError.InvalidDocument, error, reason);
}
