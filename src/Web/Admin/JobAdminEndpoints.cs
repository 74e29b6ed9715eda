using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.Notifications;
using Cozy.Grains.Triggers;
using Cozy.Web.Instances;
using Cozy.Web.Jobs;
using Cozy.Web.Json;
using Cozy.Web.Notifications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Admin;

/// <summary>The operator's way to an instance's jobs and triggers: <c>/instances/:domain/jobs</c> and <c>…/triggers</c>.</summary>
internal sealed class JobAdminEndpoints(IGrainFactory grains, WorkerTypes workers, TimeProvider time, IOptions<WebOptions> options)
{
    private static readonly TimeSpan PurgeAge = TimeSpan.FromDays(14);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/instances/{domain}/jobs", ListAsync);
        routes.MapDelete("/instances/{domain}/jobs", PurgeAsync);
        routes.MapGet("/instances/{domain}/jobs/{id}", ShowAsync);
        routes.MapPost("/instances/{domain}/jobs/{id}/retry", RetryAsync);
        routes.MapGet("/instances/{domain}/triggers", ListTriggersAsync);
        routes.MapPost("/instances/{domain}/triggers/{id}/launch", LaunchAsync);
        routes.MapPost("/instances/{domain}/notifications", NotifyAsync);
    }

    private async Task ListAsync(HttpContext context, string domain)
    {
        var queue = await QueueAsync(domain);
        string[] names = context.Request.Query["Worker"].ToString() is { Length: > 0 } name ? [name] : [.. workers.All.Select(type => type.Name)];
        var jobs = new List<Document>();
        foreach (var worker in names)
            jobs.AddRange(await queue.ListOpenAsync(worker));
        await JobResource.WriteListAsync(context, jobs);
    }

    private async Task ShowAsync(HttpContext context, string domain, string id) => await JobResource.WriteAsync(
        context, StatusCodes.Status200OK, await (await QueueAsync(domain)).GetAsync(id) ?? throw CozyException.NotFound("jobs: not found"));

    private async Task RetryAsync(HttpContext context, string domain, string id) =>
        await JobResource.WriteAsync(context, StatusCodes.Status200OK, await (await QueueAsync(domain)).RetryAsync(id));

    private async Task PurgeAsync(HttpContext context, string domain)
    {
        var age = context.Request.Query["Duration"].ToString() is not { Length: > 0 } text ? PurgeAge
            : GoDuration.TryParse(text, out var given) ? given
            : throw CozyException.Invalid("Duration", $"time: invalid duration \"{text}\"");
        var names = context.Request.Query["Workers"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        var deleted = await (await QueueAsync(domain)).PurgeAsync(names, age);
        await AdminJson.WriteAsync(context, AdminJson.Json, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("deleted", deleted);
            json.WriteEndObject();
        });
    }

    private async Task ListTriggersAsync(HttpContext context, string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        var scheduler = grains.GetGrain<ISchedulerGrain>(instance.Id);
        var triggers = await scheduler.ListAsync();
        var states = await scheduler.GetStatesAsync([.. triggers.Select(trigger => trigger.Id)]);
        var url = instance.Url(options.Value);
        await JobResource.WriteListAsync(
            context, [.. triggers.Zip(states)], (Utf8JsonWriter json, (Document Trigger, ReadOnlyMemory<byte> State) one) =>
                JobResource.WriteTrigger(json, one.Trigger, one.State, url));
    }

    private async Task LaunchAsync(HttpContext context, string domain, string id)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        await JobResource.WriteAsync(context, StatusCodes.Status201Created, await grains.GetGrain<ISchedulerGrain>(instance.Id).LaunchAsync(id));
    }

    /// <summary>Tells the owner something: <c>{"notification": {…}, "properties": {…}}</c>, the latter as a manifest has a category.</summary>
    private async Task NotifyAsync(HttpContext context, string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        var body = JsonElement.Parse(await JsonBody.ReadAsync(context, options.Value));
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("notification", out var notification) || notification.ValueKind != JsonValueKind.Object)
            throw CozyException.BadRequest("There is no notification in the body.");
        var wanted = NotificationRequests.Read(notification, NewNotification.OfServer, "", time.GetUtcNow()) with
        {
            CategoryRules = body.TryGetProperty("properties", out var rules) && rules.ValueKind == JsonValueKind.Object ? JsonSerializer.SerializeToUtf8Bytes(rules) : default,
        };
        var sent = await grains.GetGrain<INotificationsGrain>(instance.Id).SendAsync(wanted);
        await JobResource.WriteAsync(context, StatusCodes.Status201Created, "io.cozy.notifications", sent, $"/notifications/{sent.Id}");
    }

    private async Task<IJobQueueGrain> QueueAsync(string domain)
    {
        Instance instance = await grains.RequireInstanceAsync(domain);
        return grains.GetGrain<IJobQueueGrain>(instance.Id);
    }
}
