using System.Net;
using System.Text.Json;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>Turns Swift's answers and the network's failures into those of the port.</summary>
internal static class SwiftErrors
{
    /// <summary>The failure an answer stands for.</summary>
    public static BlobStoreException Of(HttpResponseMessage response, string what) => response.StatusCode switch
    {
        HttpStatusCode.UnprocessableEntity => new(BlobError.Mismatch, $"Swift received other bytes than were sent: {what}."),
        HttpStatusCode.RequestEntityTooLarge => new(BlobError.TooLarge, $"Too large, or over the quota of Swift: {what}."),
        HttpStatusCode.InsufficientStorage => new(BlobError.Full, "Swift has no room."),
        var status => new(BlobError.Unavailable, $"Swift answered {(int)status} to {what}."),
    };

    /// <summary>Whether a failure is one of the network or of the protocol.</summary>
    public static bool IsRemote(Exception e) =>
        e is HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException or JsonException;

    /// <summary>The port's failure for one of the network.</summary>
    public static BlobStoreException Translate(Exception e, string what) =>
        new(BlobError.Unavailable, $"Swift cannot be reached ({what}): {e.Message}", e);
}
