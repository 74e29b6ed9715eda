using System.Text.Json;
using Cozy.Grains.Contexts;
using Cozy.Grains.Features;
using Cozy.Grains.Instances;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Features;

/// <summary>The feature flags of an instance, from all the places where they can be set.</summary>
internal sealed class FeatureFlags(IGrainFactory grains, IOptions<ContextsOptions> contexts)
{
    /// <summary>The flags that hold for an instance.</summary>
    public async ValueTask<SortedDictionary<string, JsonElement>> ReadAsync(Instance instance) =>
        FlagMerge.Merge((await ReadSourcesAsync(instance)).Select(source => source.Flags));

    /// <summary>What each place says, the one that counts most first. The names are those of documents.</summary>
    public async ValueTask<IReadOnlyList<FlagSource>> ReadSourcesAsync(Instance instance)
    {
        var context = instance.ContextName is { Length: > 0 } name ? name : ContextsOptions.DefaultName;
        var ratios = await FlagsOf(FlagScopes.Context(context)).GetAsync();
        var defaults = await FlagsOf(FlagScopes.Default).GetAsync();
        return
        [
            new("io.cozy.settings.flags.instance", FlagMerge.Read(instance.FeatureFlags)),
            new("io.cozy.settings.flags.config", [.. ConfiguredFor(instance.ContextName)]),
            new($"io.cozy.settings.flags.context.{context}", [.. FlagMerge.Choose(ratios, instance.Domain)]),
            new("io.cozy.settings.flags.default", FlagMerge.Read(defaults)),
        ];
    }

    /// <summary>The flags that the configuration sets for a context.</summary>
    public IEnumerable<KeyValuePair<string, JsonElement>> ConfiguredFor(string? context) =>
        contexts.Value.Of(context).Features.Select(flag => KeyValuePair.Create(flag.Key, FlagMerge.ReadSetting(flag.Value)));

    /// <summary>The flags of a scope.</summary>
    public IFeatureFlagsGrain FlagsOf(string scope) => grains.GetGrain<IFeatureFlagsGrain>(scope);
}

/// <summary>Flags that were set at one place.</summary>
/// <param name="Id">Which place.</param>
/// <param name="Flags">The flags.</param>
internal sealed record FlagSource(string Id, IReadOnlyList<KeyValuePair<string, JsonElement>> Flags);
