using System.Globalization;
using Cozy.Grains.Apps;
using Cozy.Grains.Errors;
using Cozy.Grains.OAuth;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Apps;

/// <summary>The installed apps and connectors: <c>/apps</c> and <c>/konnectors</c>.</summary>
internal sealed class AppEndpoints(
    IGrainFactory grains, RightsCache rights, AppOperationHandler operations, AppIconHandler icons, AppDownloadHandler downloads,
    AppOpenHandler openings, AppLogHandler logs, ConnectorTriggerHandler triggers)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var kind in new[] { AppKind.WebApp, AppKind.Connector })
        {
            var group = routes.MapGroup($"/{kind.RouteName()}");
            group.MapGet("/", context => ListAsync(context, kind)).RequiresToken();
            group.MapGet("/{slug}", context => ShowAsync(context, kind)).RequiresToken();
            group.MapPost("/{slug}", context => operations.RunAsync(context, kind, isUpdate: false)).RequiresToken();
            group.MapPut("/{slug}", context => operations.RunAsync(context, kind, isUpdate: true)).RequiresToken();
            group.MapDelete("/{slug}", context => UninstallAsync(context, kind)).RequiresToken();
            group.MapPost("/{slug}/logs", context => logs.WriteAsync(context, kind)).RequiresToken();
            foreach (var path in new[] { "/{slug}/icon", "/{slug}/icon/{version}" })
                group.MapGet(path, context => icons.SendAsync(context, kind)).Public("Asks for a session or a token itself.");
            foreach (var path in new[] { "/{slug}/download", "/{slug}/download/{version}" })
                group.MapGet(path, context => downloads.SendAsync(context, kind)).RequiresToken();
        }

        routes.MapPost("/konnectors/{slug}/trigger", (RequestDelegate)triggers.AddAsync).RequiresToken();
        routes.MapGet("/apps/{slug}/open", (RequestDelegate)openings.OpenAsync).RequiresToken();
    }

    private async Task ListAsync(HttpContext context, AppKind kind)
    {
        AppAccess.RequireList(context.Caller(), kind);
        var limit = ReadLimit(context.Request.Query["limit"]);
        var first = context.Request.Query["start_key"].ToString() is { Length: > 0 } key ? SlugOf(kind, key) : null;
        var apps = await AppsOf(context).ListAsync(kind, first, limit);
        var address = InstanceAddress.Of(context);
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, (kind, apps, limit, address), static (json, list) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var app in list.apps.Take(list.limit))
                AppResource.Write(json, app, list.address);
            json.WriteEndArray();
            json.WriteStartObject("links");
            if (list.apps.Count > list.limit)
                json.WriteString("next", NextPage(list.kind, list.address, list.apps[list.limit], list.limit));
            json.WriteEndObject();
            json.WriteStartObject("meta");
            json.WriteNumber("count", Math.Min(list.apps.Count, list.limit));
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static string NextPage(AppKind kind, InstanceAddress address, InstalledApp next, int limit) => string.Create(
        CultureInfo.InvariantCulture,
        $"{address.Root}{kind.RouteName()}/?limit={limit}&start_key={Uri.EscapeDataString(kind.DocumentId(next.Slug))}");

    private static int ReadLimit(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return DefaultLimit;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
            ? Math.Min(limit, MaxLimit)
            : throw ApiException.Invalid("limit", "Not a number of apps");
    }

    private static string SlugOf(AppKind kind, string key)
    {
        var prefix = kind.DocumentId(string.Empty);
        return key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : key;
    }

    private async Task ShowAsync(HttpContext context, AppKind kind)
    {
        var slug = RequireSlug(context);
        AppAccess.RequireRead(context.Caller(), kind, slug);
        await WriteAsync(context, 200, await AppsOf(context).FindAsync(kind, slug) ?? throw NotInstalled());
        await AppsOf(context).OpenedAsync(kind, slug);
    }

    private async Task UninstallAsync(HttpContext context, AppKind kind)
    {
        AppAccess.RequireChange(context.Caller(), Verbs.Delete, kind, source: null);
        var slug = RequireSlug(context);
        if (kind == AppKind.WebApp && await grains.GetGrain<IOAuthGrain>(context.Instance().Id).FindBySoftwareAsync($"registry://{slug}") is { IsPending: false })
            throw ApiException.BadRequest("A linked OAuth client exists for this app");
        var app = await AppsOf(context).UninstallAsync(kind, slug) ?? throw NotInstalled();
        rights.Forget(context.Instance().Id);
        await WriteAsync(context, app.IsLeaving ? StatusCodes.Status202Accepted : StatusCodes.Status200OK, app);
    }

    private IAppsGrain AppsOf(HttpContext context) => grains.GetGrain<IAppsGrain>(context.Instance().Id);

    /// <summary>The short name in the route.</summary>
    /// <exception cref="ApiException">422: it can be none.</exception>
    public static string RequireSlug(HttpContext context) => (string)context.GetRouteValue("slug")! is var slug && AppSlug.IsValid(slug)
        ? slug
        : throw ApiException.Invalid("slug", "Invalid slug name");

    /// <summary>404: there is no such app.</summary>
    public static CozyException NotInstalled() => CozyException.NotFound("Application is not installed");

    /// <summary>Answers with an app.</summary>
    public static Task WriteAsync(HttpContext context, int status, InstalledApp app) => JsonAnswer.WriteAsync(
        context.Response, status, JsonAnswer.JsonApi, (app, address: InstanceAddress.Of(context)),
        static (json, value) => AppResource.WriteDocument(json, value.app, value.address));
}
