using Orleans.Concurrency;

namespace Cozy.Grains.Apps;

/// <summary>Which connectors the operator keeps from running, on all instances. The key is <see cref="Key"/>.</summary>
[Alias("cozy.IConnectorMaintenanceGrain")]
public interface IConnectorMaintenanceGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "maintenance";

    /// <summary>The connectors under maintenance with their options, a JSON object each.</summary>
    [AlwaysInterleave, Alias("List")]
    ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> ListAsync();

    /// <summary>Puts a connector under maintenance, or changes the options.</summary>
    /// <param name="slug">The connector.</param>
    /// <param name="options">A JSON object: <c>flag_short_maintenance</c>, <c>flag_disallow_manual_exec</c>, <c>messages</c>.</param>
    /// <exception cref="Errors.CozyException">Conflict: somebody else changed them at the same time.</exception>
    [Alias("Begin")]
    Task BeginAsync(string slug, ReadOnlyMemory<byte> options);

    /// <summary>Lets a connector run again; one that may is no error.</summary>
    [Alias("End")]
    Task EndAsync(string slug);
}
