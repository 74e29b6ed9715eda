using System.Buffers;
using System.Text.Json;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Json;

/// <summary>Reads the JSON of a request within the limits.</summary>
internal static class JsonBody
{
    /// <summary>The body, checked to be JSON that is neither too long nor too deep.</summary>
    /// <exception cref="ApiException">400: no JSON; 413: too long.</exception>
    public static Task<byte[]> ReadAsync(HttpContext context, WebOptions options) =>
        ReadAsync(context, options, options.MaxJsonBytes);

    /// <summary>As the other, for a body that may have fewer bytes.</summary>
    /// <exception cref="ApiException">400: no JSON; 413: too long.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext context, WebOptions options, long maximumBytes)
    {
        var request = context.Request;
        if (request.ContentLength > maximumBytes)
            throw TooLarge();

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > maximumBytes)
                throw TooLarge();

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                Check(body, options.MaxJsonDepth);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static ApiException TooLarge() => new(ApiError.Api(413, "The JSON of the request is too large."));

    private static void Check(ReadOnlySpan<byte> body, int maxDepth)
    {
        if (body.IsEmpty)
            throw ApiException.BadRequest("the body is empty");

        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = maxDepth });
            while (reader.Read())
            {
                // Reading is the check.
            }
        }
        catch (JsonException e)
        {
            throw ApiException.BadRequest(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"the body is not acceptable JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})"));
        }
    }
}
