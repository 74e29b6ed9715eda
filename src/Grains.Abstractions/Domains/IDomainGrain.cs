using Orleans.Concurrency;

namespace Cozy.Grains.Domains;

/// <summary>Knows which instance answers a host name. The key is the host name (see <see cref="DomainName"/>).</summary>
[Alias("cozy.IDomainGrain")]
public interface IDomainGrain : IGrainWithStringKey
{
    /// <summary>The id of the instance that answers this name; null when none does.</summary>
    [ReadOnly, Alias("Resolve")]
    ValueTask<string?> ResolveAsync();

    /// <summary>
    /// Reserves the name for an instance; repeating it does nothing. The instance answers the name once its own
    /// document exists.
    /// </summary>
    /// <exception cref="Errors.CozyException">Conflict: another instance has the name.</exception>
    [Alias("Claim")]
    Task ClaimAsync(string instanceId);

    /// <summary>Gives the name up if <paramref name="instanceId"/> holds it.</summary>
    [Alias("Release")]
    Task ReleaseAsync(string instanceId);
}
