using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Admin;

/// <summary><c>GET /instances</c>: all instances, or a page of them, written as they are read.</summary>
internal sealed class InstanceListEndpoint(IGrainFactory grains, IOptions<WebOptions> options)
{
    private const int PageSize = 200;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/instances", ListAsync);

    private async Task ListAsync(HttpContext context)
    {
        var limit = ReadCount(context.Request, "page[limit]");
        var skip = ReadCount(context.Request, "page[skip]") ?? 0;
        string? cursor = context.Request.Query["page[cursor]"];
        var after = string.IsNullOrEmpty(cursor) ? null : cursor;

        // The first page is read before the answer starts, so that a failure still has its status.
        var page = await ReadPageAsync(skip + (limit ?? PageSize), after);
        context.Response.ContentType = AdminJson.JsonApi;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("data");
        long count = 0;
        Instance? last = null;
        while (true)
        {
            foreach (var instance in page.Instances)
            {
                if (count == limit)
                    break;
                last = instance;
                if (skip > 0)
                {
                    skip--;
                    continue;
                }

                InstanceJson.WriteResource(json, instance, options.Value);
                count++;
            }

            if (count == limit || !page.HasMore || page.Instances.Count == 0)
                break;
            await json.FlushAsync(context.RequestAborted);
            page = await ReadPageAsync(skip + (limit - count ?? PageSize), last!.Id);
        }

        json.WriteEndArray();
        if (limit is not null && last is not null && (page.HasMore || page.Instances is [.., var end] && end.Id != last.Id))
        {
            json.WriteStartObject("links");
            json.WriteString("next", $"/instances?page[limit]={limit}&page[cursor]={Uri.EscapeDataString(last.Id)}");
            json.WriteEndObject();
        }

        json.WriteStartObject("meta");
        json.WriteNumber("count", count);
        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private Task<InstancePage> ReadPageAsync(long wanted, string? after) =>
        grains.GetGrain<IInstanceDirectoryGrain>(0).ListAsync((int)Math.Min(wanted, PageSize), after);

    // A number that makes no sense is as good as none, as in cozy-stack.
    private static long? ReadCount(HttpRequest request, string name) =>
        int.TryParse(request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : null;
}
