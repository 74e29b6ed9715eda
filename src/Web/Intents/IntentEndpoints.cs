using System.Text;
using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Intents;

/// <summary>An app asks for something that other apps can do, and is told which: <c>/intents</c>.</summary>
internal sealed class IntentEndpoints(IGrainFactory grains, IntentStore intents, IOptions<WebOptions> options)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/intents", (RequestDelegate)CreateAsync).RequiresToken();
        routes.MapGet("/intents/{id}", (RequestDelegate)ShowAsync).RequiresToken();
    }

    private async Task CreateAsync(HttpContext context)
    {
        var token = context.Caller().Token;
        if (token.Audience is not (TokenAudience.App or TokenAudience.Access))
            throw ApiException.Forbidden();

        var address = InstanceAddress.Of(context);
        var client = token.Audience == TokenAudience.App ? $"{address.Scheme}://{address.AppDomain(token.Subject!)}" : "";
        var request = Read(await JsonBody.ReadAsync(context, options.Value), client);
        await WriteAsync(context, await intents.CreateAsync(context.Instance(), address, request));
    }

    private async Task ShowAsync(HttpContext context)
    {
        var token = context.Caller().Token;
        if (token.Audience != TokenAudience.App)
            throw ApiException.Forbidden();
        var intent = await intents.FindAsync(context.Instance(), (string)context.GetRouteValue("id")!)
            ?? throw CozyException.NotFound("missing");
        if (!IntentStore.IsServedBy(intent, token.Subject!))
            throw ApiException.Forbidden();
        await WriteAsync(context, intent);
    }

    private static IntentRequest Read(byte[] body, string client)
    {
        using var json = JsonDocument.Parse(body);
        if (json.RootElement.ValueKind != JsonValueKind.Object
            || !json.RootElement.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("attributes", out var attributes) || attributes.ValueKind != JsonValueKind.Object)
        {
            throw ApiException.BadRequest("JSON input is malformed or is missing mandatory fields");
        }

        return new IntentRequest(
            Require(attributes, "action", "Action is missing"),
            Require(attributes, "type", "Type is missing"),
            attributes.TryGetProperty("permissions", out var permissions) && permissions.ValueKind == JsonValueKind.Array
                ? Encoding.UTF8.GetBytes(permissions.GetRawText())
                : default,
            client);
    }

    private static string Require(JsonElement attributes, string name, string otherwise) =>
        attributes.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw ApiException.Invalid(name, otherwise);

    private async Task WriteAsync(HttpContext context, Document intent)
    {
        var permissions = await PermissionsOfAsync(context, intent);
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, (intent, permissions), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteStartObject("data");
            json.WriteString("type", IntentStore.Doctype);
            json.WriteString("id", answer.intent.Id);
            json.WritePropertyName("attributes");
            json.WriteRawValue([.. "{"u8, .. answer.intent.Members.Span, .. "}"u8], skipInputValidation: true);
            json.WriteStartObject("meta");
            json.WriteString("rev", answer.intent.Revision);
            json.WriteEndObject();
            if (answer.permissions is { } id)
            {
                json.WriteStartObject("links");
                json.WriteString("self", $"/intents/{answer.intent.Id}");
                json.WriteString("permissions", $"/permissions/{id}");
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>The permissions of the app that asked; null when a client asked that is no app.</summary>
    private async Task<string?> PermissionsOfAsync(HttpContext context, Document intent)
    {
        if (JsonMembers.Text(intent.Members, "client") is not { Length: > 0 } client
            || InstanceAddress.Of(context).SlugOf(client[(client.IndexOf("//", StringComparison.Ordinal) + 2)..]) is not { } slug)
        {
            return null;
        }

        var document = await grains.GetGrain<IPermissionsGrain>(context.Instance().Id)
            .FindBySourceAsync(PermissionTypes.App, AppKind.WebApp.DocumentId(slug));
        return document?.Id;
    }
}
