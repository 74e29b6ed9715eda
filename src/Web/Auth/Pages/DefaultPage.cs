using Cozy.Grains.Apps;
using Cozy.Grains.Contexts;
using Cozy.Grains.Instances;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Cozy.Web.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Auth.Pages;

/// <summary>
/// Where the owner lands who wants nothing in particular: what the owner's settings say, else the context, else Home.
/// </summary>
internal sealed class DefaultPage(IGrainFactory grains, InstanceSettings settings, IOptions<ContextsOptions> contexts)
{
    /// <summary>The member of the settings, and what it is by default.</summary>
    public const string Member = "default_redirection";

    private const string Home = "home/";

    /// <summary>The page of a context: <c>slug/path#fragment</c>.</summary>
    public static string Of(ContextOptions context) => context.DefaultRedirection is { Length: > 0 } page ? page : Home;

    /// <summary>The address of the page; null when its app is not installed.</summary>
    public async Task<string?> FindAsync(HttpContext context)
    {
        var instance = context.Instance();
        var standard = Of(contexts.Value.Of(instance.ContextName));
        foreach (var page in new[] { await ChosenAsync(instance), standard }.OfType<string>().Distinct())
        {
            if (await FindAsync(context, page) is { } address)
                return address;
        }

        return null;
    }

    private async Task<string?> FindAsync(HttpContext context, string page)
    {
        var slash = page.IndexOf('/', StringComparison.Ordinal);
        var slug = slash < 0 ? page : page[..slash];
        if (!AppSlug.IsValid(slug)
            || !RedirectTarget.TryResolve(slash < 0 ? page + '/' : page, InstanceAddress.Of(context), out var target, out _))
        {
            return null;
        }

        // The first apps of a new instance may still be on their way.
        var apps = grains.GetGrain<IAppsGrain>(context.Instance().Id);
        var app = await apps.FindAsync(AppKind.WebApp, slug);
        if (app is { State: AppStates.Installing })
            app = await apps.SettleAsync(AppKind.WebApp, slug);
        return app is { IsReady: true } ? target : null;
    }

    private async Task<string?> ChosenAsync(Instance instance) =>
        await settings.ReadAsync(instance) is { } document && JsonMembers.Text(document.Members, Member) is { Length: > 0 } page
            ? page
            : null;
}
