using Cozy.Grains.Errors;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;
using Orleans.Runtime;

namespace Cozy.Web.Errors;

/// <summary>The one place where failures become statuses.</summary>
internal static class ErrorMapping
{
    private const int RetrySeconds = 2;

    /// <summary>What a client is told of a failure. A failure that is not known says nothing about the inside.</summary>
    public static ApiError Describe(Exception failure) => failure switch
    {
        ApiException known => known.Error,
        CozyException domain => FromDomain(domain),
        DocumentStoreException store => FromStore(store),
        BlobStoreException blob => FromBlob(blob),
        BadHttpRequestException bad => ApiError.Api(bad.StatusCode, BadRequestDetail(bad.StatusCode)),
        TimeoutException or OrleansException => Unavailable(),
        _ => ApiError.Api(500, "The server met an error it did not expect."),
    };

    /// <summary>Whether the failure is a defect of the server, to be logged with its stack.</summary>
    public static bool IsDefect(Exception failure) => failure is not (ApiException or CozyException or BlobStoreException
        or BadHttpRequestException or TimeoutException or OrleansException)
        && failure is not DocumentStoreException { Kind: not StoreError.Corrupt };

    private static ApiError Unavailable() =>
        ApiError.Api(503, "The server cannot answer now; try again in a moment.") with { RetryAfter = RetrySeconds };

    private static ApiError FromDomain(CozyException failure) => failure.Kind switch
    {
        ErrorKind.BadRequest => Api(failure, 400),
        ErrorKind.Unauthorized => ApiError.Http(401, failure.Message),
        ErrorKind.Forbidden => ApiError.Http(403, failure.Message),
        ErrorKind.NotFound => Api(failure, 404),
        ErrorKind.Conflict => Api(failure, 409),
        ErrorKind.PreconditionFailed => Api(failure, 412),
        ErrorKind.Invalid => Api(failure, 422),
        ErrorKind.TooLarge => Api(failure, 413),
        ErrorKind.TooManyRequests => Api(failure, 429),
        ErrorKind.InsufficientStorage => Api(failure, 507),
        _ => Unavailable(),
    };

    private static ApiError Api(CozyException failure, int status) =>
        ApiError.Api(status, failure.Message, failure.WrongInput) with { Code = IsGeneric(failure.Code) ? null : failure.Code };

    // Words that say no more than the status does.
    private static bool IsGeneric(string code) => code is "not_found" or "conflict" or "invalid" or "bad_request"
        or "precondition_failed" or "quota_exceeded";

    private static ApiError FromStore(DocumentStoreException failure) => failure.Kind switch
    {
        StoreError.DatabaseMissing or StoreError.NotFound => ApiError.Couch(404, failure.Error, failure.Reason),
        StoreError.DatabaseExists => ApiError.Couch(412, failure.Error, failure.Reason),
        StoreError.InvalidDatabaseName or StoreError.InvalidDocument or StoreError.TooExpensive =>
            ApiError.Couch(400, failure.Error, failure.Reason),
        StoreError.Conflict => ApiError.Couch(409, failure.Error, failure.Reason),
        StoreError.TooLarge => ApiError.Couch(413, failure.Error, failure.Reason),
        StoreError.Full => ApiError.Api(507, "The disk of the server is full."),
        StoreError.Unavailable => Unavailable(),
        _ => ApiError.Api(500, "The server met an error it did not expect."),
    };

    private static ApiError FromBlob(BlobStoreException failure) => failure.Kind switch
    {
        BlobError.Mismatch => ApiError.Api(412, "Invalid hash", "Content-MD5"),
        BlobError.TooLarge => ApiError.Api(413, "The file is too big for the storage."),
        BlobError.Full => ApiError.Api(507, "The storage of files is full."),
        _ => Unavailable(),
    };

    private static string BadRequestDetail(int status) => status switch
    {
        413 => "The request is too large.",
        408 => "The request took too long to arrive.",
        431 => "The headers are too large.",
        _ => "The request is malformed.",
    };
}
