using Cozy.Grains.Apps.Sources;
using Cozy.Grains.Contexts;
using Cozy.Grains.Errors;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Apps;

/// <summary>Which apps a new instance begins with, and where each comes from.</summary>
internal sealed class DefaultApps(BundledApps bundled, IOptions<AppsOptions> apps, IOptions<ContextsOptions> contexts)
{
    /// <summary>The apps of a new instance.</summary>
    /// <param name="wanted">Those that were asked for; null for those of the context.</param>
    /// <param name="context">The instance's context.</param>
    /// <exception cref="CozyException">Invalid: one that was asked for cannot be had.</exception>
    public async Task<IReadOnlyList<PlannedApp>> ForAsync(IReadOnlyList<string>? wanted, string? context)
    {
        var settings = contexts.Value.Of(context);
        var hasRegistry = settings.Registries.Count + apps.Value.Registries.Count > 0;
        var plan = new List<PlannedApp>();
        foreach (var slug in wanted?.Distinct() ?? Split(settings.DefaultApps ?? apps.Value.Default))
        {
            if (wanted is not null && !AppSlug.IsValid(slug))
                throw CozyException.Invalid("Apps", $"{slug} is not the short name of an app.");
            if (await bundled.FindAsync(slug) is { } shipped)
                plan.Add(new PlannedApp(shipped.Kind, slug, $"{BundledApps.Scheme}://{slug}"));
            else if (hasRegistry && AppSlug.IsValid(slug))
                plan.Add(new PlannedApp(AppKind.WebApp, slug, $"registry://{slug}/stable"));
            else if (wanted is not null)
                throw CozyException.Invalid("Apps", $"{slug} is not shipped with this program, and no registry is configured.");
        }

        return plan;
    }

    private static IEnumerable<string> Split(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct();
}
