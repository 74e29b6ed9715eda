using Cozy.Web.Access;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Cozy.Web.Status;

/// <summary>
/// For whatever runs the process: <c>/health/live</c> (it runs) and <c>/health/ready</c> (send it requests). It stops
/// being ready as soon as it is asked to stop, while requests in flight are finished.
/// </summary>
internal sealed class HealthEndpoints(BackingServices services, IHostApplicationLifetime lifetime)
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        const string why = "says nothing about anybody";
        routes.MapMethods("/health/live", Reading, (RequestDelegate)(context => AnswerAsync(context, true)))
            .AnyHost().Public(why);
        routes.MapMethods("/health/ready", Reading, (RequestDelegate)ReadyAsync).AnyHost().Public(why);
    }

    private async Task ReadyAsync(HttpContext context)
    {
        var isRunning = lifetime.ApplicationStarted.IsCancellationRequested
            && !lifetime.ApplicationStopping.IsCancellationRequested;
        await AnswerAsync(context, isRunning && (await services.CheckAsync(context.RequestAborted)).IsHealthy);
    }

    private static Task AnswerAsync(HttpContext context, bool isGood) =>
        JsonAnswer.WriteAsync(
            context.Response,
            isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            JsonAnswer.Json,
            isGood ? "OK" : "KO",
            static (json, status) =>
            {
                json.WriteStartObject();
                json.WriteString("status", status);
                json.WriteEndObject();
            });
}
