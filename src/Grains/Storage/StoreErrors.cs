using Cozy.Grains.Errors;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Storage;

/// <summary>Turns failures of the stores into those that callers of grains know.</summary>
internal static class StoreErrors
{
    /// <summary>The failure as callers know it; the store's words are CouchDB's and safe to show.</summary>
    public static CozyException ToCozyException(this DocumentStoreException failure) => failure.Kind switch
    {
        StoreError.DatabaseMissing => CozyException.NotFound("The database does not exist.", "wrong_doctype"),
        StoreError.NotFound => CozyException.NotFound(failure.Reason, failure.Error),
        StoreError.Conflict or StoreError.DatabaseExists => CozyException.Conflict(failure.Reason),
        StoreError.InvalidDocument or StoreError.InvalidDatabaseName or StoreError.TooExpensive =>
            CozyException.BadRequest(failure.Reason, failure.Error),
        StoreError.TooLarge => new CozyException(ErrorKind.TooLarge, failure.Error, failure.Reason),
        StoreError.Full => new CozyException(ErrorKind.InsufficientStorage, "disk_full", "The disk is full."),
        StoreError.Corrupt => new CozyException(ErrorKind.Unavailable, "corrupt", "The stored data is damaged."),
        _ => new CozyException(ErrorKind.Unavailable, "unavailable", "The document store cannot be reached."),
    };

    /// <summary>The failure as callers know it.</summary>
    public static CozyException ToCozyException(this BlobStoreException failure) => failure.Kind switch
    {
        BlobError.Full => new CozyException(ErrorKind.InsufficientStorage, "disk_full", "The disk is full."),
        BlobError.TooLarge => new CozyException(ErrorKind.TooLarge, "too_large", "The file is too large."),
        _ => new CozyException(ErrorKind.Unavailable, "unavailable", "The file store cannot be reached."),
    };
}
