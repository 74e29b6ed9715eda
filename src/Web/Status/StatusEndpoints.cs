using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Cozy.Web.Access;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Status;

/// <summary>How the server is: <c>/status</c>, <c>/version</c>, <c>/connection_check</c>. They answer on any host.</summary>
internal sealed class StatusEndpoints(BackingServices services)
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    private static readonly string Version = typeof(StatusEndpoints).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static readonly string BuildTime =
        File.GetLastWriteTimeUtc(Environment.ProcessPath ?? AppContext.BaseDirectory)
            .ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        const string why = "says nothing about anybody";
        routes.MapMethods("/status", Reading, (RequestDelegate)StatusAsync).AnyHost().Public(why);
        routes.MapMethods("/version", Reading, (RequestDelegate)VersionAsync).AnyHost().Public(why);
        routes.MapMethods("/connection_check", Reading, (RequestDelegate)CheckAsync).AnyHost().Public(why);
    }

    private static Task CheckAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task VersionAsync(HttpContext context) =>
        JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.Json, BuildTime, static (json, buildTime) =>
        {
            json.WriteStartObject();
            json.WriteString("build_mode", "production");
            json.WriteString("build_time", buildTime);
            json.WriteString("runtime_version", RuntimeInformation.FrameworkDescription);
            json.WriteString("version", Version);
            json.WriteEndObject();
        });

    private async Task StatusAsync(HttpContext context)
    {
        var health = await services.CheckAsync(context.RequestAborted);
        var status = health.IsHealthy ? StatusCodes.Status200OK : StatusCodes.Status502BadGateway;
        await JsonAnswer.WriteAsync(context.Response, status, JsonAnswer.Json, health, static (json, health) =>
        {
            json.WriteStartObject();
            json.WriteString("cache", ServiceHealth.Healthy.Word);
            json.WriteString("couchdb", health.Documents.Word);
            json.WriteString("fs", health.Files.Word);
            json.WriteStartObject("latency");
            json.WriteString("cache", ServiceHealth.Healthy.LatencyText);
            json.WriteString("couchdb", health.Documents.LatencyText);
            json.WriteString("fs", health.Files.LatencyText);
            json.WriteEndObject();
            json.WriteString("message", health.IsHealthy ? "OK" : "KO");
            json.WriteString("status", health.IsHealthy ? "OK" : "KO");
            json.WriteEndObject();
        });
    }
}
