using System.Text.Json;
using Cozy.Grains.Jobs;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Jobs;

/// <summary>What external workers say of the jobs they hold: <c>/jobs/leases/:lease</c>.</summary>
internal sealed partial class LeaseEndpoints(
    IGrainFactory grains, EntryLimits limits, IOptions<JobsOptions> jobs, IOptions<WebOptions> options, ILogger<LeaseEndpoints> log)
{
    private const string Why = "The lease is a secret of 128 random bits, given to the worker that holds the job.";
    private const int LongestLine = 4096;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "heartbeat", (queue, lease, body) => queue.RenewAsync(lease, Raw(body, "progress")));
        Map(routes, "complete", (queue, lease, body) => queue.CompleteAsync(lease, Raw(body, "result")));
        Map(routes, "fail", (queue, lease, body) => queue.FailAsync(
            lease, JobRequests.Text(body, "error") ?? "The worker gave no reason.", Raw(body, "final").Span.SequenceEqual("true"u8)));
        Map(routes, "release", (queue, lease, _) => queue.ReleaseAsync(lease));
        Map(routes, "log", LogAsync);
    }

    private void Map(IEndpointRouteBuilder routes, string verb, Func<IJobQueueGrain, LeaseKey, JsonElement, Task<bool>> call) =>
        routes.MapPost($"/jobs/leases/{{lease}}/{verb}", async (HttpContext context, string lease) =>
        {
            // Each lease that is asked for wakes its instance's queue, so nobody may try many.
            limits.RequireLeaseTriesLeft(context);
            var key = LeaseKey.Parse(lease) ?? throw Gone();
            var body = await ReadAsync(context);
            if (!await call(grains.GetGrain<IJobQueueGrain>(key.InstanceId), key, body))
            {
                limits.CountWrongLease(context);
                throw Gone();
            }

            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }).AnyHost().Public(Why);

    private async Task<JsonElement> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength is 0 or null && !context.Request.Headers.ContainsKey("Transfer-Encoding"))
            return JsonElement.Parse("{}"u8);
        var body = JsonElement.Parse(await JsonBody.ReadAsync(context, options.Value, jobs.Value.MaxMessageBytes));
        return body.ValueKind == JsonValueKind.Object ? body : throw ApiException.BadRequest("the body is not an object");
    }

    private async Task<bool> LogAsync(IJobQueueGrain queue, LeaseKey lease, JsonElement body)
    {
        var message = JobRequests.Text(body, "message") ?? "";
        if (message.Length > LongestLine)
            message = message[..LongestLine];
        var level = JobRequests.Text(body, "level") switch
        {
            "debug" => LogLevel.Debug,
            "warning" => LogLevel.Warning,
            "error" or "critical" => LogLevel.Error,
            _ => LogLevel.Information,
        };
        if (!await queue.RenewAsync(lease, default))
            return false;
        LogLine(log, level, lease.JobId, lease.InstanceId, message.ReplaceLineEndings(" "));
        return true;
    }

    private static ReadOnlyMemory<byte> Raw(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? JsonSerializer.SerializeToUtf8Bytes(value) : default;

    private static ApiException Gone() => new(ApiError.Api(410, "The job is no longer yours."));

    [LoggerMessage(EventId = 2301, Message = "Job {JobId} of {InstanceId}: {Line}")]
    private static partial void LogLine(ILogger logger, LogLevel level, string jobId, string instanceId, string line);
}
