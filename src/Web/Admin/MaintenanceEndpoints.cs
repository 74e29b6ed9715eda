using System.Text;
using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Admin;

/// <summary>The operator keeps connectors from running: <c>/konnectors/maintenance</c>.</summary>
internal sealed class MaintenanceEndpoints(IGrainFactory grains, IOptions<WebOptions> options)
{
    private const string Doctype = "io.cozy.konnectors.maintenance";

    private IConnectorMaintenanceGrain Maintenance => grains.GetGrain<IConnectorMaintenanceGrain>(IConnectorMaintenanceGrain.Key);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/konnectors/maintenance", ListAsync);
        routes.MapPut("/konnectors/maintenance/{slug}", BeginAsync);
        routes.MapDelete("/konnectors/maintenance/{slug}", EndAsync);
    }

    private async Task ListAsync(HttpContext context)
    {
        var own = await Maintenance.ListAsync();
        var others = context.Request.Query["Context"].ToString() is { Length: > 0 } name
            ? (await grains.GetGrain<IRegistryGrain>(name).ListMaintenanceAsync()).Body
            : Encoding.UTF8.GetBytes("[]");
        using var listed = JsonDocument.Parse(others);
        var registered = listed.RootElement.EnumerateArray().Where(app => !own.ContainsKey(SlugOf(app))).ToList();
        await AdminJson.WriteAsync(context, AdminJson.JsonApi, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("meta");
            json.WriteNumber("count", own.Count + registered.Count);
            json.WriteEndObject();
            json.WriteStartArray("data");
            foreach (var (slug, flags) in own.OrderBy(one => one.Key, StringComparer.Ordinal))
                Write(json, "stack", attributes => WriteOwn(attributes, slug, flags));
            foreach (var app in registered)
                Write(json, "registry", attributes => Copy(attributes, app));
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task BeginAsync(HttpContext context, string slug)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context, options.Value));
        if (body.RootElement.ValueKind != JsonValueKind.Object || !body.RootElement.TryGetProperty("data", out var data)
            || data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("attributes", out var attributes)
            || attributes.ValueKind != JsonValueKind.Object)
        {
            throw CozyException.BadRequest("The body has no data.attributes.");
        }

        await Maintenance.BeginAsync(Require(slug), JsonSerializer.SerializeToUtf8Bytes(attributes));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task EndAsync(HttpContext context, string slug)
    {
        await Maintenance.EndAsync(Require(slug));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static string Require(string slug) =>
        AppSlug.IsValid(slug) ? slug : throw CozyException.Invalid("slug", "Invalid slug name");

    private static string SlugOf(JsonElement app) =>
        app.ValueKind == JsonValueKind.Object && app.TryGetProperty("slug", out var slug) && slug.ValueKind == JsonValueKind.String ? slug.GetString()! : "";

    private static void Write(Utf8JsonWriter json, string level, Action<Utf8JsonWriter> attributes)
    {
        json.WriteStartObject();
        json.WriteString("type", Doctype);
        json.WriteStartObject("attributes");
        json.WriteString("level", level);
        attributes(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteOwn(Utf8JsonWriter json, string slug, ReadOnlyMemory<byte> flags)
    {
        json.WriteString("slug", slug);
        json.WriteString("type", "konnector");
        json.WriteBoolean("maintenance_activated", true);
        json.WritePropertyName("maintenance_options");
        json.WriteRawValue(flags.Span);
    }

    private static void Copy(Utf8JsonWriter json, JsonElement app)
    {
        if (app.ValueKind != JsonValueKind.Object)
            return;
        foreach (var member in app.EnumerateObject().Where(member => member.Name != "level"))
            member.WriteTo(json);
    }
}
