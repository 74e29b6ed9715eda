using System.Text.Json;
using Cozy.Grains.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Auth.Pages;

/// <summary>The JSON variants of forms and of the answers to them.</summary>
internal static class AuthJson
{
    private const int MaxBodySize = 64 * 1024;

    // Names are written as they are: some fields of the API begin with a capital.
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = null };

    /// <summary>Whether the client wants JSON instead of a page: it accepts exactly that and nothing else.</summary>
    public static bool IsWanted(HttpRequest request) =>
        request.Headers[HeaderNames.Accept] is [var accept] && accept == "application/json";

    /// <summary>An answer with a body.</summary>
    public static IResult Of(object body, int status = StatusCodes.Status200OK) =>
        Results.Json(body, Options, "application/json", status);

    /// <summary>What went wrong, in one sentence.</summary>
    public static IResult Error(string message, int status) => Of(new { error = message }, status);

    /// <summary>The body of a request, a small object.</summary>
    /// <exception cref="CozyException">BadRequest: it is none.</exception>
    /// <exception cref="BadHttpRequestException">It is too large.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBodySize;
        }

        try
        {
            var body = await JsonDocument.ParseAsync(request.Body, default, request.HttpContext.RequestAborted);
            if (body.RootElement.ValueKind == JsonValueKind.Object)
                return body;
            body.Dispose();
            throw CozyException.BadRequest("The body is not a JSON object.");
        }
        catch (JsonException)
        {
            throw CozyException.BadRequest("The body is not valid JSON.");
        }
    }

    /// <summary>A member as text; empty when it is missing or neither a text nor a number.</summary>
    public static string TextOrNumber(this JsonElement body, string name) => body.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            _ => string.Empty,
        }
        : string.Empty;

    /// <summary>Whether a member is true.</summary>
    public static bool Flag(this JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
