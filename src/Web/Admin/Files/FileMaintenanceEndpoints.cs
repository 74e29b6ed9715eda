using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Cozy.Grains.FileAudits;
using Cozy.Storage.Blobs;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Admin.Files;

/// <summary>The routes that look after an instance's files: check them, and hand them out as plain folders.</summary>
internal sealed class FileMaintenanceEndpoints(IGrainFactory grains, IBlobStore blobs)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/instances/{domain}/fsck", (HttpContext context, string domain) => CheckAsync(context, domain, repair: false));
        routes.MapPost("/instances/{domain}/fsck", (HttpContext context, string domain) => CheckAsync(context, domain, repair: true));
        routes.MapGet("/instances/{domain}/files.tar", ExportAsync);
    }

    /// <summary>Answers with a line of JSON for each anomaly, as they are found. POST repairs what can be.</summary>
    private async Task CheckAsync(HttpContext context, string domain, bool repair)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        var parameters = await AdminParameters.ReadAsync(context.Request);
        var (index, contents) = (parameters["IndexIntegrity"] == "true", parameters["FilesConsistency"] == "true");
        var check = new FileCheck(
            grains.GetGrain<IFileAuditGrain>(instance.Id),
            blobs,
            instance.Id,
            new FileCheckRequest(index || !contents, contents || !index, parameters["ReadContents"] == "true", repair));

        context.Response.ContentType = "application/x-ndjson";
        await context.Response.StartAsync(context.RequestAborted);
        try
        {
            await foreach (var anomaly in check.RunAsync(context.RequestAborted))
            {
                await WriteLineAsync(context, anomaly.Write);
                if (parameters["FailFast"] == "true")
                    return;
            }
        }
        catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The status is sent: the last line says that this is not the end.
            await WriteLineAsync(context, json =>
            {
                json.WriteStartObject();
                json.WriteString("error", ErrorMapping.Describe(failure).Detail);
                json.WriteEndObject();
            });
        }
    }

    /// <summary>Answers with a tar of the tree; <c>Trash=true</c> includes the trash.</summary>
    private async Task ExportAsync(HttpContext context, string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        var parameters = await AdminParameters.ReadAsync(context.Request);
        var documents = grains.GetGrain<IFileAuditGrain>(instance.Id);
        var check = new FileCheck(documents, blobs, instance.Id, new FileCheckRequest(true, false, false, false));
        var tree = await check.ReadTreeAsync(context.RequestAborted);
        context.Response.ContentType = "application/x-tar";
        await FileExport.WriteAsync(
            tree, documents, blobs, instance.Id, parameters["Trash"] == "true", context.Response.Body, context.RequestAborted);
    }

    private static async Task WriteLineAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var line = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(line))
            write(json);
        line.Write("\n"u8);
        await context.Response.Body.WriteAsync(line.WrittenMemory, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
