using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cozy.Grains.Errors;
using Cozy.Grains.Jobs;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Jobs;

/// <summary>
/// How programs outside take jobs, of one instance (<c>/jobs/workers/:worker/leases</c>, with a token) or of the whole farm
/// (<c>/farm/workers/:worker/leases</c>, with the farm's).
/// </summary>
internal sealed class ExternalWorkers(
    IGrainFactory grains, WorkerTypes workers, WaitingWorkers waiting, IOptions<JobsOptions> jobs, IOptions<WebOptions> options)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(60);

    private readonly JobsOptions _jobs = jobs.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/jobs/workers/{worker}/leases", (RequestDelegate)LeaseAsync).RequiresToken()
            .Add(endpoint => endpoint.Metadata.Add(LongLived.Mark));
        routes.MapPost("/farm/workers/{worker}/leases", (RequestDelegate)LeaseOfFarmAsync).AnyHost()
            .Public("The handler asks for a token of the farm, which is of no instance.");
    }

    private async Task LeaseAsync(HttpContext context)
    {
        var worker = (string)context.GetRouteValue("worker")!;
        JobAccess.Require(context.Caller(), Verbs.Patch, JobAccess.Jobs, worker);
        var (request, wait) = await ReadAsync(context, worker);
        using var place = waiting.Enter(context.Instance().Id, _jobs.MaxWaitingWorkers);
        var queue = grains.GetGrain<IJobQueueGrain>(context.Instance().Id);
        var leases = await queue.LeaseAsync(request);
        if (leases.Count == 0 && wait > TimeSpan.Zero && await queue.WaitForJobsAsync(worker, wait).WaitAsync(context.RequestAborted))
            leases = await queue.LeaseAsync(request);
        await AnswerAsync(context, leases);
    }

    private async Task LeaseOfFarmAsync(HttpContext context)
    {
        var worker = (string)context.GetRouteValue("worker")!;
        if (TokenText.From(context.Request) is not { } token)
            throw new ApiException(TokenErrors.Missing);
        if (!FarmTokens.Allow(_jobs.FarmTokens, token, worker))
            throw ApiException.Forbidden();
        var (request, wait) = await ReadAsync(context, worker);
        using var place = waiting.Enter("", _jobs.MaxWaitingWorkers);
        var leases = await grains.GetGrain<IWorkerPoolGrain>(worker).TakeAsync(request, wait);
        await AnswerAsync(context, leases);
    }

    private async Task<(LeaseRequest Request, TimeSpan Wait)> ReadAsync(HttpContext context, string worker)
    {
        if (workers.Find(worker) is not { IsExternal: true })
            throw CozyException.NotFound("jobs: could not find worker", "unknown_worker");
        var body = context.Request.ContentLength is 0 ? "{}"u8.ToArray() : await JsonBody.ReadAsync(context, options.Value, _jobs.MaxMessageBytes);
        var json = JsonElement.Parse(body);
        if (json.ValueKind != JsonValueKind.Object)
            throw ApiException.BadRequest("the body is not an object");
        var max = (int)Number(json, "max", 1, 1, _jobs.MaxBatch);
        var duration = TimeSpan.FromSeconds(Number(json, "lease", DefaultLease.TotalSeconds, 1, _jobs.MaxExternalLease.TotalSeconds));
        var wait = TimeSpan.FromSeconds(Number(json, "wait", 0, 0, LongestWait.TotalSeconds));
        return (new LeaseRequest(worker, max, $"external {JobRequests.Text(json, "name")}".Trim(), duration), wait);
    }

    /// <summary>Gives the jobs back if nobody is there any more to take them.</summary>
    private async Task AnswerAsync(HttpContext context, IReadOnlyList<JobLease> leases)
    {
        try
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.Json, leases, LeaseJson.Write);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            await Task.WhenAll(leases.Select(lease => grains.GetGrain<IJobQueueGrain>(lease.Key.InstanceId).ReleaseAsync(lease.Key)));
            throw;
        }
    }

    private static double Number(JsonElement json, string name, double otherwise, double least, double most)
    {
        if (!json.TryGetProperty(name, out var value))
            return otherwise;
        return value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number >= least && number <= most
            ? number
            : throw ApiException.Invalid(name, $"It is a number from {least} to {most}.");
    }
}

/// <summary>Tokens of the farm.</summary>
internal static class FarmTokens
{
    /// <summary>Whether a token opens the jobs of a worker.</summary>
    /// <param name="entries">Each the SHA-256 of a token and the workers.</param>
    /// <param name="token">The token.</param>
    /// <param name="worker">The worker.</param>
    public static bool Allow(IEnumerable<string> entries, string token, string worker)
    {
        var hash = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))));
        var isAllowed = false;
        foreach (var entry in entries)
        {
            var space = entry.IndexOf(' ', StringComparison.Ordinal);
            isAllowed |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(entry[..space]), hash)
                && entry[(space + 1)..].Split(',').Contains(worker);
        }

        return isAllowed;
    }
}
