using System.Globalization;
using System.Runtime.InteropServices;
using Cozy.Grains.Instances;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Admin;

/// <summary>What the operator asks first: which version runs, and whether it can reach what it needs.</summary>
internal sealed class AdminStatusEndpoints(IGrainFactory grains, IDocumentStore documents, IBlobStore blobs, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/version", VersionAsync);
        routes.MapGet("/status", StatusAsync);
    }

    private static Task VersionAsync(HttpContext context) => AdminJson.WriteAsync(context, AdminJson.Json, json =>
    {
        json.WriteStartObject();
        json.WriteString("build_mode", ProgramVersion.BuildMode);
        json.WriteString("runtime_version", RuntimeInformation.FrameworkDescription);
        json.WriteString("version", ProgramVersion.Current);
        json.WriteEndObject();
    });

    private async Task StatusAsync(HttpContext context)
    {
        Part[] parts =
        [
            await ProbeAsync("couchdb", documents.PingAsync, context.RequestAborted),
            await ProbeAsync("fs", blobs.PingAsync, context.RequestAborted),
            await ProbeAsync(
                "grains", _ => grains.GetGrain<IInstanceDirectoryGrain>(0).CountAsync(), context.RequestAborted),
        ];
        var healthy = parts.All(part => part.Failure is null);
        context.Response.StatusCode = healthy ? StatusCodes.Status200OK : StatusCodes.Status502BadGateway;
        await AdminJson.WriteAsync(context, AdminJson.Json, json =>
        {
            json.WriteStartObject();
            foreach (var part in parts)
                json.WriteString(part.Name, part.Failure ?? "healthy");
            json.WriteStartObject("latency");
            foreach (var part in parts)
                json.WriteString(part.Name, part.Latency.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture) + "ms");
            json.WriteEndObject();
            json.WriteString("message", healthy ? "OK" : "KO");
            json.WriteString("status", healthy ? "OK" : "KO");
            json.WriteEndObject();
        });
    }

    private async Task<Part> ProbeAsync(string name, Func<CancellationToken, Task> probe, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await probe(patience.Token).WaitAsync(patience.Token);
            return new Part(name, null, time.GetElapsedTime(start));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            var reason = failure is OperationCanceledException ? "no answer in time" : failure.Message;
            return new Part(name, reason, time.GetElapsedTime(start));
        }
    }

    private sealed record Part(string Name, string? Failure, TimeSpan Latency);
}
