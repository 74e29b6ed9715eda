using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Errors;
using Cozy.Grains.OAuth;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.OAuth.Protocol;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Auth.OAuth.Clients;

/// <summary>The owner's view of the clients: <c>/settings/clients</c> and what belongs to it.</summary>
internal sealed class ClientSettingsEndpoints(RightsCache rights, IOptions<OAuthOptions> options)
{
    private const string Doctype = "io.cozy.oauth.clients";
    private const string UsageId = "io.cozy.settings.clients-usage";
    private const int DefaultLimit = 100;
    private const int MaximumLimit = 1000;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/settings/clients", (RequestDelegate)ListAsync).Requires(Verbs.Get, Doctype);
        routes.MapDelete("/settings/clients/{id}", (RequestDelegate)RevokeAsync).Requires(Verbs.Delete, Doctype);
        routes.MapGet("/settings/clients-usage", (RequestDelegate)ShowUsageAsync).Requires(Verbs.Get, "io.cozy.settings", UsageId);
        routes.MapPost("/settings/synchronized", (RequestDelegate)NoteSynchronizationAsync).RequiresToken();
    }

    private static async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = int.TryParse(query["page[limit]"], NumberStyles.None, CultureInfo.InvariantCulture, out var wanted)
            && wanted is > 0 and <= MaximumLimit
            ? wanted
            : DefaultLimit;
        var cursor = query["page[cursor]"].ToString();
        var page = await context.OAuthClients().ListAsync(limit, cursor.Length > 0 ? cursor : null);
        var next = page.HasMore ? NextAddress(page.Clients[^1].Id, limit) : null;
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, (page.Clients, next), static (json, shown) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var client in shown.Clients)
                Write(json, client);
            json.WriteEndArray();
            json.WriteStartObject("links");
            if (shown.next is not null)
                json.WriteString("next", shown.next);
            json.WriteEndObject();
            json.WriteStartObject("meta");
            json.WriteNumber("count", shown.Clients.Count);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private async Task RevokeAsync(HttpContext context)
    {
        try
        {
            await ClientRemoval.DeleteAsync(context, rights, (string)context.GetRouteValue("id")!);
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            throw new ApiException(ApiError.Api(404, failure.Message) with { Title = "not_found" });
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task ShowUsageAsync(HttpContext context)
    {
        var count = await context.OAuthClients().CountConnectedAsync();
        await JsonAnswer.WriteAsync(
            context.Response, 200, JsonAnswer.JsonApi, (count, limit: options.Value.MaxClients), static (json, usage) =>
            {
                json.WriteStartObject();
                json.WriteStartObject("data");
                json.WriteString("type", "io.cozy.settings");
                json.WriteString("id", UsageId);
                json.WriteStartObject("attributes");
                json.WriteNumber("limit", usage.limit);
                json.WriteNumber("count", usage.count);
                json.WriteBoolean("limitReached", usage.count >= usage.limit);
                json.WriteBoolean("limitExceeded", usage.count > usage.limit);
                json.WriteEndObject();
                json.WriteStartObject("meta");
                json.WriteEndObject();
                json.WriteStartObject("links");
                json.WriteString("self", "/settings/clients-usage");
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
            });
    }

    private static async Task NoteSynchronizationAsync(HttpContext context)
    {
        if (context.Caller().Token is not { Audience: TokenAudience.Access, Subject: { } client })
            throw new ApiException(TokenErrors.Invalid);
        await context.OAuthClients().NoteAsync(client, OAuthClientUse.Synchronized);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static void Write(Utf8JsonWriter json, OAuthClient client)
    {
        json.WriteStartObject();
        json.WriteString("type", Doctype);
        json.WriteString("id", client.Id);
        json.WriteStartObject("attributes");
        OAuthClientJson.WriteMembers(json, client, withSecret: false);
        json.WriteEndObject();
        json.WriteStartObject("meta");
        json.WriteString("rev", client.Revision);
        json.WriteEndObject();
        json.WriteStartObject("links");
        json.WriteString("self", $"/settings/clients/{client.Id}");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string NextAddress(string last, int limit)
    {
        var size = limit == DefaultLimit ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"&page%5Blimit%5D={limit}");
        return $"/settings/clients?page%5Bcursor%5D={Uri.EscapeDataString(last)}{size}";
    }
}
