using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Jobs;
using Cozy.Grains.Permissions;
using Cozy.Grains.Triggers;
using Cozy.Web.Access;
using Cozy.Web.Apps;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Jobs;

/// <summary>Has a connector run for an account from now on: <c>POST /konnectors/:slug/trigger</c>.</summary>
internal sealed class ConnectorTriggerEndpoint(IGrainFactory grains, WorkerTypes workers, IOptions<WebOptions> options)
{
    private const string Worker = "konnector";

    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/konnectors/{slug}/trigger", (RequestDelegate)AddAsync).RequiresToken();

    private async Task AddAsync(HttpContext context)
    {
        var caller = context.Caller();
        var slug = AppEndpoints.RequireSlug(context);
        JobAccess.RequirePush(caller, workers, JobAccess.Triggers, Worker, null);
        var instance = context.Instance();
        var connector = await grains.GetGrain<IAppsGrain>(instance.Id).FindAsync(AppKind.Connector, slug) ?? throw AppEndpoints.NotInstalled();
        var account = context.Request.Query["AccountID"].ToString();
        using var manifest = JsonDocument.Parse((byte[])[.. "{"u8, .. connector.Members.Span, .. "}"u8]);
        var scheduler = grains.GetGrain<ISchedulerGrain>(instance.Id);
        var trigger = await scheduler.AddAsync(new NewTrigger
        {
            Type = TriggerTypes.Cron,
            Arguments = ConnectorSchedule.Of(manifest.RootElement, $"{instance.Id}\n{slug}\n{account}"),
            Worker = Worker,
            Message = MessageOf(slug, account, manifest.RootElement),
            CreatedByApp = caller.Token.Audience is TokenAudience.App or TokenAudience.Connector ? caller.Token.Subject : null,
        });
        if (context.Request.Query["ExecNow"] == "true")
            await scheduler.LaunchAsync(trigger.Id);
        var state = (await scheduler.GetStatesAsync([trigger.Id]))[0];
        await JobResource.WriteTriggerAsync(context, StatusCodes.Status201Created, trigger, state, instance.Url(options.Value));
    }

    /// <summary>Which folder it is, the connector's first run finds out.</summary>
    private static byte[] MessageOf(string slug, string account, JsonElement manifest)
    {
        var message = new Dictionary<string, string> { ["konnector"] = slug };
        if (account.Length > 0)
            message.Add("account", account);
        if (NeedsFolder(manifest))
            message.Add("folder_to_save", "yes");
        return JsonSerializer.SerializeToUtf8Bytes(message);
    }

    private static bool NeedsFolder(JsonElement manifest) =>
        (manifest.TryGetProperty("folders", out var folders) && folders.ValueKind == JsonValueKind.Array)
        || (manifest.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Object
            && fields.TryGetProperty("advanced_fields", out var advanced) && advanced.ValueKind == JsonValueKind.Object
            && advanced.TryGetProperty("folderPath", out var path) && path.ValueKind != JsonValueKind.Null);
}
