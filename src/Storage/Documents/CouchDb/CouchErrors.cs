using System.Net;
using System.Text.Json;

namespace Cozy.Storage.Documents.CouchDb;

/// <summary>What the server's errors mean to a caller of the store.</summary>
internal static class CouchErrors
{
    public static DocumentStoreException Garbage(Exception? inner = null) => new(
        StoreError.Unavailable, "bad_answer", "The document store gave an answer that is not CouchDB's.", inner);

    public static DocumentStoreException Unreachable(Exception inner) => new(
        StoreError.Unavailable, "unreachable", $"The document store cannot be reached: {inner.Message}", inner);

    public static DocumentStoreException TimedOut(Exception inner) => new(
        StoreError.Unavailable, "timeout", "The document store did not answer in time.", inner);

    /// <summary>The failure an answer tells.</summary>
    public static DocumentStoreException From(CouchAnswer answer)
    {
        var (error, reason) = ReadWords(answer);
        return error is null
            ? new DocumentStoreException(
                StoreError.Unavailable, "bad_answer", $"The document store answered {(int)answer.Status}.")
            : From(answer.Status, error, reason ?? "");
    }

    /// <summary>The failure of one document of a batch.</summary>
    public static DocumentStoreException FromRow(string error, string reason) => error switch
    {
        "conflict" => new DocumentStoreException(StoreError.Conflict, error, reason),
        "document_too_large" or "too_large" => new DocumentStoreException(StoreError.TooLarge, error, reason),
        "not_found" => new DocumentStoreException(StoreError.NotFound, error, reason),
        "internal_server_error" or "unknown_error" or "timeout" or "error" =>
            new DocumentStoreException(StoreError.Unavailable, error, reason),
        _ => new DocumentStoreException(StoreError.InvalidDocument, error, reason),
    };

    private static DocumentStoreException From(HttpStatusCode status, string error, string reason) => new(
        status switch
        {
            HttpStatusCode.NotFound when IsDatabaseMissing(reason) => StoreError.DatabaseMissing,
            HttpStatusCode.NotFound => StoreError.NotFound,
            HttpStatusCode.Conflict => StoreError.Conflict,
            HttpStatusCode.PreconditionFailed when error == "file_exists" => StoreError.DatabaseExists,
            HttpStatusCode.RequestEntityTooLarge => StoreError.TooLarge,
            HttpStatusCode.InsufficientStorage => StoreError.Full,
            HttpStatusCode.InternalServerError when reason.Contains("enospc", StringComparison.Ordinal) => StoreError.Full,
            HttpStatusCode.BadRequest when error == "illegal_database_name" => StoreError.InvalidDatabaseName,
            // The account is ours, not the caller's: to callers the store is not to be had.
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => StoreError.Unavailable,
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout => StoreError.Unavailable,
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => StoreError.InvalidDocument,
            HttpStatusCode.NotImplemented => StoreError.InvalidDocument,
            _ => StoreError.Unavailable,
        },
        error,
        reason);

    private static bool IsDatabaseMissing(string reason) => reason is "Database does not exist." or "no_db_file";

    private static (string? Error, string? Reason) ReadWords(CouchAnswer answer)
    {
        try
        {
            var json = answer.Json;
            return json.ValueKind == JsonValueKind.Object
                && json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
                ? (error.GetString(), json.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String
                    ? reason.GetString()
                    : null)
                : default;
        }
        catch (DocumentStoreException)
        {
            return default;
        }
    }
}
