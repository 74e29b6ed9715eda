using System.Text.Json;
using Cozy.Grains.Exports;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Errors;
using Cozy.Web.Files;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Jobs;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Exports;

/// <summary>What the owner takes along: <c>/move/exports</c>.</summary>
internal sealed class ExportEndpoints(IGrainFactory grains, ExportArchive archive, IOptions<WebOptions> options)
{
    private const string Doctype = "io.cozy.exports";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        const string why = "The code in the address is signed by the instance and was mailed to its owner.";
        routes.MapPost("/move/exports", (RequestDelegate)RequestAsync).Requires(Verbs.Post, Doctype);
        routes.MapGet("/move/exports/{code}", (RequestDelegate)ShowAsync).LimitsEntries().Public(why);
        routes.MapGet("/move/exports/data/{code}", (RequestDelegate)SendAsync).LimitsEntries().Public(why);
    }

    private async Task RequestAsync(HttpContext context)
    {
        var attributes = JobRequests.Attributes(await JsonBody.ReadAsync(context, options.Value));
        await grains.GetGrain<IExportsGrain>(context.Instance().Id).RequestAsync(new ExportRequest
        {
            Address = InstanceAddress.Of(context).Root,
            PartBytes = Number(attributes, "parts_size"),
            MaxAge = TimeSpan.FromTicks(Number(attributes, "max_age") / TimeSpan.NanosecondsPerTick),
            Doctypes = FileBody.Texts(attributes, "with_doctypes") ?? [],
        });
        context.Response.StatusCode = StatusCodes.Status201Created;
    }

    private async Task ShowAsync(HttpContext context)
    {
        var export = await FindAsync(context);
        await JobResource.WriteAsync(context, StatusCodes.Status200OK, Doctype, export.Document, context.Request.Path.Value!);
    }

    private async Task SendAsync(HttpContext context)
    {
        var export = await FindAsync(context);
        if (export.State != Export.Done)
            throw new ApiException(ApiError.Http(409, export.State == Export.Exporting ? "The export is still being made" : "The export has failed"));
        var part = ExportPart.Find(export, context.Request.Query["cursor"].ToString()) ?? throw new ApiException(ApiError.Http(400, "exports: invalid cursor"));
        await archive.SendAsync(context, export, part);
    }

    /// <summary>The export that the code in the address opens.</summary>
    /// <exception cref="ApiException">400: it is no code; 401: it is not one of this instance; 404: it is no longer there.</exception>
    private async Task<Export> FindAsync(HttpContext context)
    {
        // Codes of cozy-stack may be padded.
        var code = ((string)context.GetRouteValue("code")!).TrimEnd('=');
        if (!ExportCode.IsReadable(code))
            throw new ApiException(ApiError.Http(400, "illegal base64 data"));
        var instance = context.Instance();
        var id = ExportCode.Verify(code, instance.SessionSecret.Span) ?? throw new ApiException(ApiError.Http(401, "exports: invalid mac"));
        return await grains.GetGrain<IExportsGrain>(instance.Id).FindAsync(id) ?? throw new ApiException(ApiError.Http(404, "exports: not found"));
    }

    private static long Number(JsonElement attributes, string name) =>
        !attributes.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? 0
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
        : throw ApiException.Invalid($"/data/attributes/{name}", "It is no whole number.");
}
