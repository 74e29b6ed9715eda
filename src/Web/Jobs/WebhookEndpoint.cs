using Cozy.Grains.Errors;
using Cozy.Grains.Jobs;
using Cozy.Grains.Triggers;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Jobs;

/// <summary>Calls from outside that set triggers off: <c>POST /jobs/webhooks/:trigger-id</c>.</summary>
internal sealed class WebhookEndpoint(
    IGrainFactory grains, GuessLimits guesses, IOptions<JobsOptions> jobs, IOptions<WebOptions> options)
{
    private const int LongestHeader = 512;

    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/jobs/webhooks/{id}", (RequestDelegate)CallAsync)
        .Public("The trigger's id in the address is random and known to whom it was given; calls are limited and may have to be signed.");

    private async Task CallAsync(HttpContext context)
    {
        guesses.RequireLeft(context);
        var body = context.Request.ContentLength is 0 or null && !context.Request.Headers.ContainsKey("Transfer-Encoding")
            ? ReadOnlyMemory<byte>.Empty
            : await JsonBody.ReadAsync(context, options.Value, jobs.Value.MaxMessageBytes);
        var headers = context.Request.Headers.Where(header => header.Value.ToString().Length <= LongestHeader && header.Key.StartsWith("X-", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString(), StringComparer.Ordinal);
        var call = new WebhookCall(body, context.Request.Query["Manual"] == "true", headers);
        try
        {
            await grains.GetGrain<ISchedulerGrain>(context.Instance().Id).CallWebhookAsync((string)context.GetRouteValue("id")!, call);
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            await guesses.CountAsync(context);
            throw new ApiException(ApiError.Http(404, "Not found"));
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
