using Cozy.Grains.Apps.Registry;
using Cozy.Grains.Contexts;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Apps.Sources;

/// <summary>Where apps come from: fetches packages and knows when there is a newer one.</summary>
internal sealed class AppSources(
    PackageFetcher fetcher, BundledApps bundled, AppRegistries registries, IOptions<ContextsOptions> contexts)
{
    /// <summary>Fetches packages.</summary>
    public PackageFetcher Fetcher => fetcher;

    /// <summary>
    /// Whether updates may ask for more without the owner: what is shipped with the program is as trusted as the program,
    /// and the operator may vouch for a context's registries.
    /// </summary>
    public bool IsTrusted(Uri source, string? context) =>
        source.Scheme == BundledApps.Scheme || contexts.Value.Of(context).SkipPermissionConsent;

    /// <summary>Whether an app can be updated from where it came from. Only for sources that say so without being fetched.</summary>
    /// <exception cref="Errors.CozyException">Unavailable: a registry does not answer.</exception>
    public async Task<bool> HasUpdateAsync(InstalledApp app, string? context)
    {
        if (!Uri.TryCreate(app.Source, UriKind.Absolute, out var source))
            return false;
        if (source.Scheme == BundledApps.Scheme)
            return await IsReplacedAsync(app, source.Host);
        if (source.Scheme != "registry" || AppRegistries.IsFixed(source))
            return false;
        if (await registries.FindAsync(context, source) is not { } latest)
            return await IsReplacedAsync(app, source.Host);

        // One that waits for the owner is not fetched again each time.
        return latest.Version.Length > 0 && latest.Version != app.Version
            && latest.Version != AppDocument.ReadFacts(app.Members).AvailableVersion;
    }

    /// <summary>
    /// Whether the program ships another package of an app. Never an older one: while silos of two versions of the program run
    /// side by side, an app would go back and forth.
    /// </summary>
    private async Task<bool> IsReplacedAsync(InstalledApp app, string slug) =>
        await bundled.FindAsync(slug) is { } shipped && shipped.Kind == app.Kind && shipped.PackageId != app.PackageId
        && !AppVersion.IsNewer(app.Version, shipped.Manifest.Version);
}
