using System.Text.RegularExpressions;
using Cozy.Grains.Apps;
using Cozy.Grains.Instances;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Apps.Serving;

/// <summary>Serves the pages and files of apps on their own hosts.</summary>
internal sealed partial class AppServer(
    IGrainFactory grains, AppFiles files, AppIndex index, DevelopmentServer development, AssetCatalog assets, SessionCodes codes,
    IOptions<WebOptions> options)
{
    private const int RememberedApps = 2000;
    private const string RobotsPath = "/robots.txt";

    private readonly BoundedCache<(string Instance, string Slug, string Revision), ServedApp> _apps = new(RememberedApps);

    /// <summary>Answers a request to the host of an app.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        var instance = context.Instance();
        var host = context.Features.Get<AppHostFeature>()!;
        var address = InstanceAddress.Of(instance, host.InstanceHost, options.Value);
        context.Response.Headers.ContentSecurityPolicy = AppPolicy.For(address, options.Value);
        if (instance.Blocked)
        {
            await BlockedInstance.WriteAsync(context, instance);
            return;
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            throw new ApiException(ApiError.Http(405, $"Method {context.Request.Method} not allowed"));
        if (context.Request.Path.Value == RobotsPath)
            await AssetsEndpoints.Send("robots.txt", context, assets).ExecuteAsync(context);
        else if (!instance.OnboardingFinished)
            Redirect(context, address.Root);
        else
            await ServeAppAsync(context, instance, host.Slug, address);
    }

    private async Task ServeAppAsync(HttpContext context, Instance instance, string slug, InstanceAddress address)
    {
        var apps = grains.GetGrain<IAppsGrain>(instance.Id);
        var installed = await apps.FindAsync(AppKind.WebApp, slug);
        if (installed is { State: AppStates.Installing })
            installed = await apps.SettleAsync(AppKind.WebApp, slug);
        if (installed is not { IsReady: true })
        {
            await OfferAsync(context, apps, slug, address);
            return;
        }

        if (installed.DevelopmentFolder is { } folder)
        {
            await development.ServeAsync(context, slug, folder, address);
            return;
        }

        var app = _apps.GetOrAdd((instance.Id, slug, installed.Revision), installed, static (_, document) => ServedApp.From(document));
        if (app.Match(context.Request.Path.Value ?? "/") is not var (route, path))
            throw NotFound();

        if (await codes.EnterAsync(context, isForClient: false) is { } entered)
        {
            await entered.ExecuteAsync(context);
            return;
        }

        var isLoggedIn = await context.SessionAsync() is not null;
        if (!route.IsPublic && !isLoggedIn)
        {
            TurnAway(context, route, path, address);
            return;
        }

        if (await files.FindAsync(app.PackageId, path) is not { } file)
            throw NotFound();
        if (!route.IsIndex(path))
        {
            await SendFileAsync(context, file);
            return;
        }

        await apps.OpenedAsync(AppKind.WebApp, slug);
        await index.SendAsync(context, app, file, route, address);
    }

    /// <summary>An owner who asks for an app that could be installed is shown it in the store.</summary>
    private async Task OfferAsync(HttpContext context, IAppsGrain apps, string slug, InstanceAddress address)
    {
        if (slug != AppAccess.StoreSlug && await context.SessionAsync() is not null
            && await apps.FindAsync(AppKind.WebApp, AppAccess.StoreSlug) is { IsReady: true }
            && await grains.RegistryOf(context.Instance()).FindAppAsync(slug, address.Root) is not null)
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = $"{address.Scheme}://{address.AppDomain(AppAccess.StoreSlug)}/#/discover/{slug}";
            context.Response.Headers.CacheControl = "no-store";
            return;
        }

        throw new ApiException(ApiError.Http(404, "Application is not installed"));
    }

    /// <summary>Sends a stranger to the login page, or refuses a file.</summary>
    public static void TurnAway(HttpContext context, AppRoute route, string path, InstanceAddress address)
    {
        if (!route.IsIndex(path))
            throw new ApiException(ApiError.Http(401, "You must be authenticated"));
        Redirect(context, $"{address.Root}auth/login?redirect={Uri.EscapeDataString(AddressOf(context, address))}");
    }

    private async Task SendFileAsync(HttpContext context, AppFile file)
    {
        context.Response.Headers.CacheControl = IsFingerprinted(file.Path)
            ? "public, max-age=31536000, immutable"
            : "private, no-cache";
        await files.SendAsync(context, file);
    }

    private static ApiException NotFound() => new(ApiError.Http(404, "Asset not found"));

    /// <summary>The address of the request, as the browser has it.</summary>
    public static string AddressOf(HttpContext context, InstanceAddress address) =>
        $"{address.Scheme}://{context.Request.Host.Value}{context.Request.PathBase}{context.Request.Path}{context.Request.QueryString}";

    private static void Redirect(HttpContext context, string to)
    {
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = to;
        context.Response.Headers.CacheControl = "no-store";
    }

    /// <summary>Whether the name of a file tells its content, as build tools write them.</summary>
    private static bool IsFingerprinted(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.Contains("immutable", StringComparison.Ordinal) || Fingerprint().IsMatch(name);
    }

    [GeneratedRegex(@"[.-](?=[0-9a-f]*[0-9])[0-9a-f]{8,}(\.|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Fingerprint();
}
