using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Http;

/// <summary>Reads request bodies, never more than the server accepts.</summary>
internal static class RequestBody
{
    /// <summary>CouchDB compares the type as it is written: <c>Application/JSON</c> is refused.</summary>
    public static void RequireJson(HttpRequest request)
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        if (type != "application/json")
        {
            throw new CouchException(
                StatusCodes.Status415UnsupportedMediaType, "bad_content_type", "Content-Type must be application/json");
        }
    }

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
            throw TooLarge();

        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (body.Length + read.Buffer.Length > maxBytes)
                throw TooLarge();
            foreach (var part in read.Buffer)
                body.Write(part.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
    }

    private static CouchException TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, "too_large", "the request entity is too large");
}
