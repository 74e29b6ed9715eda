using System.Globalization;
using Cozy.Grains.Contexts;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.OpenId;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Features;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Settings;

/// <summary>What apps ask when they start: what this server can do, how full the instance is, its flags.</summary>
internal sealed class ServerSettingsEndpoints(
    IGrainFactory grains, CallerReader callers, FeatureFlags features, DefaultPage defaultPage, MobileAppPage mobileApp, OpenIdProviders providers,
    IOptions<WebOptions> options, IOptions<ContextsOptions> contexts)
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
        routes.MapGet("/settings/external-ties", (RequestDelegate)ShowTiesAsync).Public("Asks for a session or an app's token itself.");
        routes.MapGet("/settings/premium", static () => Results.Text(
            "This instance does not have a premium subscription manager.", statusCode: StatusCodes.Status404NotFound)).RequiresSession();
        routes.MapGet("/settings/clients/limit-exceeded", (Delegate)LeaveLimitAsync).RequiresSession();
        routes.MapDelete("/settings/instance/moved_from", (RequestDelegate)SettingsAnswer.DoneAsync).RequiresSession();
        routes.MapGet("/settings/install_flagship_app", (Delegate)mobileApp.ShowAsync).Public("Says what there is for phones.");
        routes.MapGet("/settings/onboarded", (Delegate)ShowOnboardedAsync)
            .Public("Sends a browser to the first page or the login page.");
    }

    private Task ShowCapabilitiesAsync(HttpContext context) =>
        SettingsAnswer.WriteAsync(
            context, "capabilities", null, (options.Value.Subdomains, providers.Of(context.Instance())), InstanceFacts.WriteCapabilities);

    private Task ShowContextAsync(HttpContext context) =>
        SettingsAnswer.WriteAsync(context, "context", null, contexts.Value.Of(context.Instance().ContextName), static (json, settings) =>
        {
            foreach (var (name, value) in new[]
            {
                (DefaultPage.Member, settings.DefaultRedirection), ("help_link", settings.HelpLink),
                ("support_address", settings.SupportAddress),
            })
            {
                if (value is not null)
                    json.WriteString(name, value);
            }

            json.WriteStartObject("antivirus");
            json.WriteBoolean("enabled", false);
            json.WriteStartObject("notifications");
            json.WriteBoolean("email_on_infected", false);
            json.WriteEndObject();
            json.WriteEndObject();
        });

    private async Task ShowFlagsAsync(HttpContext context)
    {
        var sources = await features.ReadSourcesAsync(context.Instance());
        if (context.Request.Query["include"] == "true")
            await FlagsAnswer.WriteWithSourcesAsync(context, sources);
        else
            await FlagsAnswer.WriteAsync(context, sources);
    }

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

    private async Task ShowTiesAsync(HttpContext context)
    {
        if (await context.SessionAsync() is null && (await callers.ReadAsync(context)).Token.Audience != TokenAudience.App)
            throw ApiException.Forbidden();
        await SettingsAnswer.WriteAsync(
            context, "external-ties", null, 0, static (json, _) => json.WriteBoolean("has_blocking_subscription", false));
    }

    private async Task<IResult> ShowOnboardedAsync(HttpContext context)
    {
        var root = InstanceAddress.Of(context).Root;
        return await context.SessionAsync() is null
            ? new SeeOther($"{root}auth/login")
            : new SeeOther(await defaultPage.FindAsync(context) ?? root);
    }

    /// <summary>There is no limit that the owner could lift with money: back to where they came from, if that is here.</summary>
    private async Task<IResult> LeaveLimitAsync(HttpContext context)
    {
        var wanted = context.Request.Query["redirect"].ToString();
        var address = InstanceAddress.Of(context);
        return Results.Redirect(wanted.Length > 0 && RedirectTarget.TryResolve(wanted, address, out var target, out _)
            ? target
            : await defaultPage.FindAsync(context) ?? address.Root);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
