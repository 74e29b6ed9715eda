using System.Globalization;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Settings;

/// <summary>What apps ask when they start: what this server can do, how full the instance is, its flags.</summary>
internal sealed class ServerSettingsEndpoints(IGrainFactory grains, IOptions<WebOptions> options)
{
    private const string DiskUsageId = "io.cozy.settings.disk-usage";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/settings/capabilities", (RequestDelegate)ShowCapabilitiesAsync).RequiresToken();
        routes.MapGet("/settings/context", (RequestDelegate)ShowContextAsync).RequiresToken();
        routes.MapGet("/settings/flags", (RequestDelegate)ShowFlagsAsync).RequiresToken();
        routes.MapGet("/settings/warnings", (RequestDelegate)ShowWarningsAsync).RequiresToken();
        routes.MapGet("/settings/disk-usage", (RequestDelegate)ShowDiskUsageAsync).RequiresToken();
        routes.MapGet("/settings/external-ties", (RequestDelegate)ShowTiesAsync).RequiresToken();
        routes.MapGet("/settings/onboarded", (Delegate)ShowOnboardedAsync)
            .Public("Sends a browser to the first page or the login page.");
    }

    private Task ShowCapabilitiesAsync(HttpContext context) =>
        SettingsAnswer.WriteAsync(context, "capabilities", null, options.Value.Subdomains, InstanceFacts.WriteCapabilities);

    private static Task ShowContextAsync(HttpContext context) =>
        SettingsAnswer.WriteAsync(context, "context", null, 0, static (json, _) =>
        {
            json.WriteStartObject("antivirus");
            json.WriteBoolean("enabled", false);
            json.WriteStartObject("notifications");
            json.WriteBoolean("email_on_infected", false);
            json.WriteEndObject();
            json.WriteEndObject();
        });

    private static Task ShowFlagsAsync(HttpContext context) =>
        SettingsAnswer.WriteAsync(context, "flags", null, context.Instance(), InstanceFacts.WriteFlags);

    // None, which clients know as this answer.
    private static Task ShowWarningsAsync(HttpContext context) =>
        JsonAnswer.WriteAsync(context.Response, 404, JsonAnswer.JsonApi, 0, static (json, _) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("errors");
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private async Task ShowDiskUsageAsync(HttpContext context)
    {
        // How full it is concerns the owner's apps, and whoever may add a file.
        var caller = context.Caller();
        if (caller.Token.Audience != TokenAudience.App
            && !caller.Permissions.AllowsId(Verbs.Get, SettingsAnswer.Doctype, DiskUsageId)
            && !caller.Permissions.AllowsSome(Verbs.Post, WellKnownFiles.Doctype))
        {
            throw ApiException.Forbidden();
        }

        var usage = await grains.GetGrain<IFileTreeGrain>(context.Instance().Id).GetDiskUsageAsync();
        var withTrash = context.Request.Query["include"].ToString().Split(',').Contains("trash");
        await SettingsAnswer.WriteAsync(context, "disk-usage", null, (usage, withTrash), static (json, answer) =>
        {
            var usage = answer.usage;
            json.WriteString("used", Text(usage.Used));
            if (usage.Quota > 0)
                json.WriteString("quota", Text(usage.Quota));
            json.WriteString("files", Text(usage.Files));
            if (answer.withTrash)
                json.WriteString("trash", Text(usage.Trash));
            json.WriteString("versions", Text(usage.Versions));
        });
    }

    private static Task ShowTiesAsync(HttpContext context) => context.Caller().Token.Audience == TokenAudience.App
        ? SettingsAnswer.WriteAsync(
            context, "external-ties", null, 0, static (json, _) => json.WriteBoolean("has_blocking_subscription", false))
        : throw ApiException.Forbidden();

    private static async Task<IResult> ShowOnboardedAsync(HttpContext context)
    {
        var root = InstanceAddress.Of(context).Root;
        return new SeeOther(await context.SessionAsync() is null ? $"{root}auth/login" : root);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
