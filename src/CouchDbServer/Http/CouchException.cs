using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Http;

/// <summary>A request that cannot be served, as the client is told: a status and CouchDB's two words for it.</summary>
internal sealed class CouchException(int status, string error, string reason) : Exception($"{error}: {reason}")
{
    public int Status { get; } = status;

    public string Error { get; } = error;

    public string Reason { get; } = reason;

    /// <summary>The value of the <c>Allow</c> header of a 405.</summary>
    public string? Allow { get; init; }

    public static CouchException BadRequest(string reason) => new(StatusCodes.Status400BadRequest, "bad_request", reason);

    public static CouchException InvalidJson() => BadRequest("invalid UTF-8 JSON");

    public static CouchException QueryParse(string reason) =>
        new(StatusCodes.Status400BadRequest, "query_parse_error", reason);

    public static CouchException NotFound(string reason) => new(StatusCodes.Status404NotFound, "not_found", reason);

    public static CouchException Missing() => NotFound("missing");

    public static CouchException DatabaseMissing() => NotFound("Database does not exist.");

    public static CouchException Conflict() =>
        new(StatusCodes.Status409Conflict, "conflict", "Document update conflict.");

    public static CouchException NotImplemented(string reason) =>
        new(StatusCodes.Status501NotImplemented, "not_implemented", reason);

    public static CouchException MethodNotAllowed(string allow) =>
        new(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", $"Only {allow} allowed") { Allow = allow };

    /// <summary>What a client is told of a failure of the store.</summary>
    public static CouchException From(DocumentStoreException failure) =>
        new(StatusOf(failure), failure.Error, failure.Reason);

    private static int StatusOf(DocumentStoreException failure) => failure.Kind switch
    {
        StoreError.DatabaseMissing or StoreError.NotFound => StatusCodes.Status404NotFound,
        _ when failure.Error is "missing_stub" => StatusCodes.Status412PreconditionFailed,
        _ when failure.Error is "required index service unavailable" => StatusCodes.Status503ServiceUnavailable,
        StoreError.DatabaseExists => StatusCodes.Status412PreconditionFailed,
        StoreError.InvalidDatabaseName or StoreError.InvalidDocument or StoreError.TooExpensive => StatusCodes.Status400BadRequest,
        StoreError.TooLarge => StatusCodes.Status413PayloadTooLarge,
        StoreError.Conflict => StatusCodes.Status409Conflict,
        StoreError.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StoreError.Full => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status500InternalServerError,
    };
}
