using System.Text.Json;
using Cozy.Grains.OAuth;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.OAuth.Clients;

/// <summary>Answers with a client, to itself and to the operator.</summary>
internal sealed class ClientAnswer(OAuthClient client, int status, string? registrationToken) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.WriteAsync(
            httpContext.Response, status, JsonAnswer.Json, (client, registrationToken), static (json, shown) =>
            {
                json.WriteStartObject();
                json.WriteString("client_id", shown.client.Id);
                OAuthClientJson.WriteMembers(json, shown.client, withSecret: true, shown.registrationToken);
                json.WriteEndObject();
            });
    }
}
