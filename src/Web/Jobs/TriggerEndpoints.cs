using System.Globalization;
using Cozy.Grains.Doctypes;
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

/// <summary>What sets jobs off: <c>/jobs/triggers</c>.</summary>
internal sealed class TriggerEndpoints(IGrainFactory grains, WorkerTypes workers, IOptions<WebOptions> options)
{
    private const string StateType = "io.cozy.triggers.state";
    private const int MostJobs = 50;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var triggers = routes.MapGroup("/jobs/triggers");
        triggers.MapPost("", (RequestDelegate)AddAsync).RequiresToken();
        triggers.MapGet("", (RequestDelegate)ListAsync).RequiresToken();
        triggers.MapGet("/{id}", (RequestDelegate)ShowAsync).RequiresToken();
        triggers.MapPatch("/{id}", (RequestDelegate)PatchAsync).RequiresToken();
        triggers.MapDelete("/{id}", (RequestDelegate)DeleteAsync).RequiresToken();
        triggers.MapGet("/{id}/state", (RequestDelegate)ShowStateAsync).RequiresToken();
        triggers.MapGet("/{id}/jobs", (RequestDelegate)ListJobsAsync).RequiresToken();
        triggers.MapPost("/{id}/launch", (RequestDelegate)LaunchAsync).RequiresToken();
    }

    private async Task AddAsync(HttpContext context)
    {
        var caller = context.Caller();
        if (!caller.Permissions.AllowsSome(Verbs.Post, JobAccess.Triggers))
            throw ApiException.Forbidden();
        var request = JobRequests.Trigger(JobRequests.Attributes(await JsonBody.ReadAsync(context, options.Value)));
        if (!TriggerTypes.All.Contains(request.Type))
            throw ApiException.Invalid("/data/attributes/Type", "Unknown trigger type");
        var worker = request.Type == TriggerTypes.Client ? WorkerType.Client : request.Worker;
        JobAccess.RequirePush(caller, workers, JobAccess.Triggers, worker, request.Message, request.Options);
        if (request.Type == TriggerTypes.Event)
            RequireReadable(caller, request.Arguments);
        var added = await SchedulerOf(context).AddAsync(request with
        {
            CreatedByApp = caller.Token.Audience is TokenAudience.App or TokenAudience.Connector ? caller.Token.Subject : null,
        });
        await WriteAsync(context, StatusCodes.Status201Created, added, default);
    }

    private async Task ListAsync(HttpContext context)
    {
        var caller = context.Caller();
        var names = Values(context, "Worker");
        var types = Values(context, "Type");
        var isAllowed = names.Count > 0
            ? names.All(name => JobAccess.Allows(caller, Verbs.Get, JobAccess.Triggers, name))
            : caller.Permissions.AllowsAll(Verbs.Get, JobAccess.Triggers);
        if (!isAllowed)
            throw ApiException.Forbidden();

        var scheduler = SchedulerOf(context);
        var triggers = (await scheduler.ListAsync())
            .Where(trigger => Fits(trigger, "worker", names) && Fits(trigger, "type", types)).ToArray();
        var states = await scheduler.GetStatesAsync([.. triggers.Select(trigger => trigger.Id)]);
        var url = context.Instance().Url(options.Value);
        await JobResource.WriteListAsync(
            context, [.. triggers.Zip(states)], (json, one) => JobResource.WriteTrigger(json, one.First, one.Second, url));
    }

    private async Task ShowAsync(HttpContext context) =>
        await WriteWithStateAsync(context, await FindAsync(context, Verbs.Get));

    private async Task PatchAsync(HttpContext context)
    {
        var found = await FindAsync(context, Verbs.Patch);
        var attributes = JobRequests.Attributes(await JsonBody.ReadAsync(context, options.Value));
        var arguments = JobRequests.Text(attributes, "arguments");
        var message = attributes.TryGetProperty("message", out _) ? JobRequests.Raw(attributes, "message") : default;
        if (arguments is null && message.IsEmpty)
            throw ApiException.BadRequest("Neither the arguments nor the message are there to change.");
        JobAccess.RequireFiles(context.Caller(), JsonMembers.Text(found.Members, "worker") ?? "", message);
        await WriteWithStateAsync(context, await SchedulerOf(context).PatchAsync(found.Id, arguments, message));
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var found = await FindAsync(context, Verbs.Delete);
        await SchedulerOf(context).DeleteAsync(found.Id);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task ShowStateAsync(HttpContext context)
    {
        var found = await FindAsync(context, Verbs.Get);
        var state = (await SchedulerOf(context).GetStatesAsync([found.Id]))[0];
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, (found.Id, state), static (json, one) =>
        {
            json.WriteStartObject();
            json.WriteStartObject("data");
            json.WriteString("type", StateType);
            json.WriteString("id", one.Id);
            json.WritePropertyName("attributes");
            json.WriteRawValue(one.state.Span, skipInputValidation: true);
            json.WriteStartObject("meta");
            json.WriteEndObject();
            json.WriteStartObject("links");
            json.WriteString("self", $"/jobs/triggers/{one.Id}/state");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private async Task ListJobsAsync(HttpContext context)
    {
        var found = await FindAsync(context, Verbs.Get);
        var limit = int.TryParse(context.Request.Query["Limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked is > 0 and <= MostJobs
            ? asked
            : MostJobs;
        await JobResource.WriteListAsync(context, await grains.GetGrain<IJobQueueGrain>(context.Instance().Id).ListOfTriggerAsync(found.Id, limit));
    }

    private async Task LaunchAsync(HttpContext context)
    {
        var found = await FindAsync(context, Verbs.Post);
        await JobResource.WriteAsync(context, StatusCodes.Status201Created, await SchedulerOf(context).LaunchAsync(found.Id));
    }

    private ISchedulerGrain SchedulerOf(HttpContext context) => grains.GetGrain<ISchedulerGrain>(context.Instance().Id);

    private async Task<Document> FindAsync(HttpContext context, Verbs verb)
    {
        var id = (string)context.GetRouteValue("id")!;
        return JobAccess.Check(
            context.Caller(), verb, JobAccess.Triggers, id, await SchedulerOf(context).GetAsync(id),
            CozyException.NotFound("Trigger with specified ID does not exist"));
    }

    private async Task WriteWithStateAsync(HttpContext context, Document trigger) =>
        await WriteAsync(context, StatusCodes.Status200OK, trigger, (await SchedulerOf(context).GetStatesAsync([trigger.Id]))[0]);

    private Task WriteAsync(HttpContext context, int status, Document trigger, ReadOnlyMemory<byte> state) =>
        JobResource.WriteTriggerAsync(context, status, trigger, state, context.Instance().Url(options.Value));

    /// <summary>Jobs of an event trigger have the documents: who may not read them must not get them this way.</summary>
    private static void RequireReadable(Caller caller, string arguments)
    {
        foreach (var rule in arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!caller.Permissions.AllowsAll(Verbs.Get, rule.Split(':')[0]))
                throw ApiException.Forbidden();
        }
    }

    private static IReadOnlyList<string> Values(HttpContext context, string name) =>
        [.. context.Request.Query[name].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))];

    private static bool Fits(Document trigger, string member, IReadOnlyList<string> values) =>
        values.Count == 0 || values.Contains(JsonMembers.Text(trigger.Members, member) ?? "");
}
