using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Permissions;

/// <summary>Which links there are, by doctype or for given documents.</summary>
internal sealed class PermissionLists(IGrainFactory grains, IOptions<WebOptions> options)
{
    private const int DefaultLimit = 30;
    private const int MaximumLimit = 100;

    private readonly WebOptions _options = options.Value;

    /// <summary><c>GET /permissions/doctype/:doctype/shared-by-link</c>.</summary>
    public async Task ListLinksAsync(HttpContext context)
    {
        var doctype = (string)context.GetRouteValue("doctype")!;
        if (!context.Caller().Permissions.AllowsAll(Verbs.Get, doctype))
            throw new ApiException(ApiError.Api(403, "You need GET permission on whole type to list its permissions"));

        var query = context.Request.Query;
        var limit = int.TryParse(query["page[limit]"], NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted > 0
            ? Math.Min(wanted, MaximumLimit)
            : DefaultLimit;
        var links = await grains.GetGrain<IPermissionsGrain>(context.Instance().Id)
            .ListLinksAsync(doctype, FirstId(query["page[cursor]"]), limit);
        var next = links.Count > limit ? NextAddress(doctype, links[limit].Id, limit) : null;
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, (links, limit, next), static (json, page) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var link in page.links.Take(page.limit))
                PermissionResource.Write(json, link, withCodes: true);
            json.WriteEndArray();
            json.WriteStartObject("links");
            if (page.next is not null)
                json.WriteString("next", page.next);
            json.WriteEndObject();
            json.WriteStartObject("meta");
            json.WriteNumber("count", Math.Min(page.links.Count, page.limit));
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary><c>POST /permissions/exists</c>: for documents the caller may read.</summary>
    public async Task FindSharedAsync(HttpContext context)
    {
        var caller = context.Caller();
        var asked = ReadIdentifiers(await JsonBody.ReadAsync(context, _options))
            .Where(document => caller.Permissions.AllowsId(Verbs.Get, document.Doctype, document.Id))
            .ToList();
        var found = await grains.GetGrain<IPermissionsGrain>(context.Instance().Id).FindSharedAsync(asked);
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, found, static (json, found) =>
        {
            json.WriteStartObject();
            if (found.Count == 0)
                json.WriteNull("data");
            else
                WriteShared(json, found);
            json.WriteEndObject();
        });
    }

    private static void WriteShared(Utf8JsonWriter json, IReadOnlyList<SharedDocument> found)
    {
        json.WriteStartArray("data");
        foreach (var document in found)
        {
            json.WriteStartObject();
            json.WriteString("id", document.Id);
            json.WriteString("type", document.Doctype);
            json.WriteStartArray("verbs");
            foreach (var verb in PermissionJson.NamesOf(document.Verbs))
                json.WriteStringValue(verb);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static List<SharedDocument> ReadIdentifiers(byte[] body)
    {
        using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 1024 });
        if (json.RootElement.ValueKind != JsonValueKind.Object
            || !json.RootElement.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
        {
            throw ApiException.BadRequest("the body has no data");
        }

        return [.. data.EnumerateArray().Select(item => new SharedDocument(Text(item, "type"), Text(item, "id"), Verbs.None))];
    }

    private static string Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw ApiException.BadRequest($"an item of data has no {name}");

    private static string NextAddress(string doctype, string firstId, int limit)
    {
        var cursor = Uri.EscapeDataString($"[[\"{doctype}\",\"{PermissionTypes.Share}\"],\"{firstId}\"]");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"/permissions/doctype/{doctype}/shared-by-link?page%5Bcursor%5D={cursor}&page%5Blimit%5D={limit}");
    }

    /// <summary>The id the page starts with: the last part of the cursor.</summary>
    private static string? FirstId(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
            return null;
        try
        {
            using var json = JsonDocument.Parse(cursor);
            if (json.RootElement is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() == 2
                && array[1].ValueKind == JsonValueKind.String)
            {
                return array[1].GetString();
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw ApiException.BadRequest($"bad cursor {cursor}");
    }
}
