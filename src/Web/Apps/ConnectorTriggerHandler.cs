using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Jobs;
using Cozy.Grains.Triggers;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Instances;
using Cozy.Web.Jobs;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Apps;

/// <summary>Has a connector run by itself for an account, as often as its manifest asks.</summary>
internal sealed class ConnectorTriggerHandler(IGrainFactory grains, WorkerTypes workers, IOptions<WebOptions> options)
{
    private const string Worker = "konnector";

    /// <summary><c>POST /konnectors/:slug/trigger</c>.</summary>
    public async Task AddAsync(HttpContext context)
    {
        var slug = AppEndpoints.RequireSlug(context);
        var caller = context.Caller();
        JobAccess.RequirePush(caller, workers, JobAccess.Triggers, Worker, message: default, options: null);
        var id = context.Instance().Id;
        var connector = await grains.GetGrain<IAppsGrain>(id).FindAsync(AppKind.Connector, slug) ?? throw AppEndpoints.NotInstalled();
        var account = context.Request.Query["AccountID"].ToString();
        var scheduler = grains.GetGrain<ISchedulerGrain>(id);
        var trigger = await scheduler.AddAsync(TriggerOf(connector, account, $"{id}/{slug}/{account}") with
        {
            CreatedByApp = caller.Token.Audience is TokenAudience.App or TokenAudience.Connector ? caller.Token.Subject : null,
        });
        if (context.Request.Query["ExecNow"] == "true")
            await scheduler.LaunchAsync(trigger.Id);
        await WriteAsync(context, trigger);
    }

    private static NewTrigger TriggerOf(InstalledApp connector, string account, string key)
    {
        using var manifest = JsonDocument.Parse((byte[])[.. "{"u8, .. connector.Members.Span, .. "}"u8]);
        var message = new Dictionary<string, string> { ["account"] = account, ["konnector"] = connector.Slug };

        // The worker makes the folder when it first runs, and puts its id here.
        if (ConnectorSchedule.HasFolder(manifest.RootElement))
            message["folder_to_save"] = "yes";
        return new NewTrigger
        {
            Type = TriggerTypes.Cron,
            Arguments = ConnectorSchedule.CrontabOf(manifest.RootElement, key),
            Worker = Worker,
            Message = JsonSerializer.SerializeToUtf8Bytes(message),
        };
    }

    private Task WriteAsync(HttpContext context, Document trigger) =>
        JsonAnswer.WriteAsync(context.Response, StatusCodes.Status201Created, JsonAnswer.JsonApi, (trigger, url: context.Instance().Url(options.Value)), static (json, one) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            JobResource.WriteTrigger(json, one.trigger, default, one.url);
            json.WriteEndObject();
        });
}
