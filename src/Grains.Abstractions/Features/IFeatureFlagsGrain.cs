using Cozy.Grains.Errors;
using Orleans.Concurrency;

namespace Cozy.Grains.Features;

/// <summary>
/// Keeps feature flags that hold for many instances, as JSON objects. The key is made by <see cref="FlagScopes"/>.
/// </summary>
[Alias("cozy.IFeatureFlagsGrain")]
public interface IFeatureFlagsGrain : IGrainWithStringKey
{
    /// <summary>The flags, a JSON object.</summary>
    [AlwaysInterleave, Alias("Get")]
    ValueTask<ReadOnlyMemory<byte>> GetAsync();

    /// <summary>Sets the flags that the patch names; null, or an empty list, removes one.</summary>
    /// <param name="patch">A JSON object.</param>
    /// <returns>The flags as they are now.</returns>
    /// <exception cref="CozyException">BadRequest: no object; Conflict: somebody else changed them meanwhile.</exception>
    [Alias("Patch")]
    Task<ReadOnlyMemory<byte>> PatchAsync(ReadOnlyMemory<byte> patch);
}

/// <summary>For whom flags hold.</summary>
public static class FlagScopes
{
    private const string ContextPrefix = "context.";

    /// <summary>For everybody who has nothing else.</summary>
    public const string Default = "default";

    /// <summary>
    /// For the instances of a context: each flag is a list of <c>{"ratio":0…1,"value":…}</c>, the ratio being the share
    /// of instances that have the value.
    /// </summary>
    public static string Context(string name) => ContextPrefix + name;

    /// <summary>Whether a scope's flags are lists of ratios and values.</summary>
    public static bool HasRatios(string scope) => scope.StartsWith(ContextPrefix, StringComparison.Ordinal);
}
