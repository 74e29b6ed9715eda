using Cozy.Grains.Domains;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;

namespace Cozy.Web.Admin;

/// <summary>Finds instances by their domains.</summary>
public static class InstanceLookup
{
    /// <summary>The instance that answers this domain; null when there is none.</summary>
    public static async Task<Instance?> FindInstanceAsync(this IGrainFactory grains, string domain) =>
        await grains.FindInstanceIdAsync(domain) is { } id ? await grains.GetGrain<IInstanceGrain>(id).GetAsync() : null;

    /// <summary>The instance that answers this domain.</summary>
    /// <exception cref="CozyException">NotFound.</exception>
    internal static async Task<Instance> RequireInstanceAsync(this IGrainFactory grains, string domain) =>
        await grains.FindInstanceAsync(domain) ?? throw NotFound();

    internal static async Task<string?> FindInstanceIdAsync(this IGrainFactory grains, string domain) =>
        DomainName.Normalize(domain) is { } name ? await grains.GetGrain<IDomainGrain>(name).ResolveAsync() : null;

    internal static CozyException NotFound() => CozyException.NotFound("Instance not found");
}
