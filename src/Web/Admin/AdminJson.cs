using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Admin;

/// <summary>Writes the bodies of admin answers.</summary>
internal static class AdminJson
{
    public const string JsonApi = "application/vnd.api+json";
    public const string Json = "application/json";

    // Answers are never put into pages, so nothing but JSON's own rules needs escaping.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext context, string contentType, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = contentType;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        write(json);
        await json.FlushAsync(context.RequestAborted);
    }
}
