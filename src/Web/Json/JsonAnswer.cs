using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Json;

/// <summary>Answers in JSON that a function writes.</summary>
internal static class JsonAnswer
{
    /// <summary>The media type of JSON:API; exactly so, without a character set, because clients compare it.</summary>
    public const string JsonApi = "application/vnd.api+json";

    /// <summary>The media type of plain JSON.</summary>
    public const string Json = "application/json";

    /// <summary>How answers are written.</summary>
    // The answers are JSON, never part of a page, so only what JSON itself demands is escaped.
    public static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes the whole answer with its length.</summary>
    public static async Task WriteAsync<T>(
        HttpResponse response, int status, string contentType, T value, Action<Utf8JsonWriter, T> write)
    {
        using var buffer = new PooledBuffer();
        await using (var json = new Utf8JsonWriter(buffer, Options))
            write(json, value);

        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = buffer.Length;
        await response.BodyWriter.WriteAsync(buffer.Written, response.HttpContext.RequestAborted);
    }
}
