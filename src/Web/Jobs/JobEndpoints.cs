using System.Globalization;
using System.Text.RegularExpressions;
using Cozy.Grains.Errors;
using Cozy.Grains.Jobs;
using Cozy.Grains.Permissions;
using Cozy.Grains.Triggers;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Jobs;

/// <summary>Work in the background: <c>/jobs</c>.</summary>
internal sealed partial class JobEndpoints(IGrainFactory grains, WorkerTypes workers, IOptions<WebOptions> options)
{
    private static readonly TimeSpan CleanAge = TimeSpan.FromHours(1);
    private static readonly TimeSpan PurgeAge = TimeSpan.FromDays(14);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/jobs");
        jobs.MapGet("/queue/{worker}", (RequestDelegate)ListAsync).RequiresToken();
        jobs.MapPost("/queue/{worker}", (RequestDelegate)PushAsync).RequiresToken();
        jobs.MapPost("/clean", (RequestDelegate)CleanAsync).Requires(Verbs.Post, JobAccess.Jobs);
        jobs.MapDelete("/purge", (RequestDelegate)PurgeAsync).Requires(Verbs.Delete, JobAccess.Jobs);
        jobs.MapGet("/{id}", (RequestDelegate)ShowAsync).RequiresToken();
        jobs.MapPatch("/{id}", (RequestDelegate)PatchAsync).RequiresToken();
        jobs.MapDelete("/{id}", (RequestDelegate)CancelAsync).RequiresToken();
    }

    private async Task ListAsync(HttpContext context)
    {
        var worker = (string)context.GetRouteValue("worker")!;
        JobAccess.Require(context.Caller(), Verbs.Get, JobAccess.Jobs, worker);
        await JobResource.WriteListAsync(context, await QueueOf(context).ListOpenAsync(worker));
    }

    private async Task PushAsync(HttpContext context)
    {
        var caller = context.Caller();
        var worker = (string)context.GetRouteValue("worker")!;
        JobAccess.Require(caller, Verbs.Post, JobAccess.Jobs, worker);
        var job = JobRequests.Job(worker, JobRequests.Attributes(await JsonBody.ReadAsync(context, options.Value)));
        JobAccess.RequirePush(caller, workers, JobAccess.Jobs, worker, job.Message, job.Options);
        var pushed = await QueueOf(context).PushAsync(job with
        {
            ForwardLogs = job.ForwardLogs && caller.Token.Audience == TokenAudience.CommandLine,

            // One app cannot take another's keys.
            IdempotencyKey = job.IdempotencyKey is { } key ? $"{caller.SourceId}:{key}" : null,
        });
        await JobResource.WriteAsync(context, StatusCodes.Status202Accepted, pushed);
    }

    private async Task ShowAsync(HttpContext context)
    {
        var id = (string)context.GetRouteValue("id")!;
        var job = JobAccess.Check(context.Caller(), Verbs.Get, JobAccess.Jobs, id, await QueueOf(context).GetAsync(id), NoJob());
        await JobResource.WriteAsync(context, StatusCodes.Status200OK, job);
    }

    private async Task PatchAsync(HttpContext context)
    {
        var id = (string)context.GetRouteValue("id")!;
        JobAccess.Check(context.Caller(), Verbs.Patch, JobAccess.Jobs, id, await QueueOf(context).GetAsync(id), NoJob());
        var attributes = JobRequests.Attributes(await JsonBody.ReadAsync(context, options.Value));
        var error = JobRequests.Text(attributes, "state") switch
        {
            "done" => null,
            "errored" => JobRequests.Text(attributes, "error") ?? "",
            _ => throw ApiException.Invalid("/data/attributes/State", "State must be done or errored"),
        };
        await JobResource.WriteAsync(context, StatusCodes.Status200OK, await QueueOf(context).EndClientJobAsync(id, error));
    }

    private async Task CancelAsync(HttpContext context)
    {
        var id = (string)context.GetRouteValue("id")!;
        JobAccess.Check(context.Caller(), Verbs.Delete, JobAccess.Jobs, id, await QueueOf(context).GetAsync(id), NoJob());
        await JobResource.WriteAsync(context, StatusCodes.Status200OK, await QueueOf(context).CancelAsync(id));
    }

    private async Task CleanAsync(HttpContext context) => await WriteCountAsync(context, await QueueOf(context).CleanAsync(CleanAge));

    private async Task PurgeAsync(HttpContext context)
    {
        var age = context.Request.Query["duration"].ToString() is { Length: > 0 } text
            ? Age(text) ?? throw ApiException.BadRequest($"time: invalid duration \"{text}\"")
            : PurgeAge;
        var names = context.Request.Query["workers"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        await WriteCountAsync(context, await QueueOf(context).PurgeAsync(names, age));
    }

    private static CozyException NoJob() => CozyException.NotFound("jobs: not found");

    private IJobQueueGrain QueueOf(HttpContext context) => grains.GetGrain<IJobQueueGrain>(context.Instance().Id);

    private static Task WriteCountAsync(HttpContext context, int count) =>
        JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.Json, count, static (json, count) =>
        {
            json.WriteStartObject();
            json.WriteNumber("deleted", count);
            json.WriteEndObject();
        });

    /// <summary>A duration as Go has it, or with days, weeks, months and years: <c>2W</c>, <c>1Y3M</c>.</summary>
    private static TimeSpan? Age(string text)
    {
        if (GoDuration.TryParse(text, out var duration))
            return duration;
        if (LongAge().Match(text) is not { Success: true } match)
            return null;
        return TimeSpan.FromDays((Number("y") * 365.0) + (Number("m") * 30) + (Number("w") * 7) + Number("d"));

        int Number(string name) => match.Groups[name].ValueSpan is { Length: > 0 } digits ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex("^(?=.)(?:(?<y>[0-9]{1,2})Y)?(?:(?<m>[0-9]{1,3})M)?(?:(?<w>[0-9]{1,4})W)?(?:(?<d>[0-9]{1,5})D)?$")]
    private static partial Regex LongAge();
}
