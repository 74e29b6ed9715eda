using Orleans.Concurrency;

namespace Cozy.Grains.Apps;

/// <summary>
/// Looks, once in a while, through all instances for apps that have a newer version and for packages that nobody uses. The
/// key is 0: one does it for the whole farm.
/// </summary>
[Alias("cozy.IAppUpdatesGrain")]
public interface IAppUpdatesGrain : IGrainWithIntegerKey
{
    /// <summary>Begins if it is time and it is not under way; answers at once.</summary>
    [AlwaysInterleave, Alias("Wake")]
    Task WakeAsync();

    /// <summary>Looks through all instances now, and answers when that is done.</summary>
    [AlwaysInterleave, Alias("Run")]
    Task<SweepReport> RunAsync();
}

/// <summary>What a look through all instances found.</summary>
/// <param name="Instances">How many instances there are.</param>
/// <param name="Unreachable">How many of them could not be looked at; then no package is removed.</param>
/// <param name="RemovedPackages">How many packages were removed.</param>
[GenerateSerializer, Immutable, Alias("cozy.SweepReport")]
public sealed record SweepReport(
    [property: Id(0)] int Instances,
    [property: Id(1)] int Unreachable,
    [property: Id(2)] int RemovedPackages);
