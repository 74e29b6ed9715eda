using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Auth.Pages;

/// <summary>The JSON variants of the answers to forms.</summary>
internal static class AuthJson
{
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
}
