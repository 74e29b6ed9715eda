using Orleans.Concurrency;

namespace Cozy.Grains.Jobs;

/// <summary>
/// Brings workers of one type and queues together: it knows which instances have jobs, and lets them take turns by their
/// weights. The key is the worker type. It keeps nothing that matters: after a crash the queues tell it again.
/// </summary>
[Alias("cozy.IWorkerPoolGrain")]
public interface IWorkerPoolGrain : IGrainWithStringKey
{
    /// <summary>
    /// An instance says what it has that could be handed out: when it has something after nothing, and after each time that
    /// jobs were had from it.
    /// </summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="ready">How many; 0 for none any more.</param>
    /// <param name="weight">How many it has in each turn; at least 1.</param>
    [AlwaysInterleave, Alias("Offer")]
    Task OfferAsync(string instanceId, int ready, int weight);

    /// <summary>
    /// Picks whose jobs are next, and waits if there are none. Whoever asked takes them from the queues, each at once: until
    /// then that instance is not picked again.
    /// </summary>
    /// <param name="max">At most so many jobs.</param>
    /// <param name="share">At most so many of one instance.</param>
    /// <param name="wait">How long to wait at most.</param>
    /// <param name="cancellationToken">Whoever asked stops.</param>
    /// <returns>At least one, unless the time is over.</returns>
    [AlwaysInterleave, Alias("Pick")]
    Task<IReadOnlyList<Pick>> PickAsync(int max, int share, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Takes jobs of whichever instances' turn it is, and waits for some if there are none.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="wait">How long to wait at most.</param>
    /// <returns>At least one job, unless the time is over.</returns>
    [AlwaysInterleave, Alias("Take")]
    Task<IReadOnlyList<JobLease>> TakeAsync(LeaseRequest request, TimeSpan wait);
}

/// <summary>Jobs to be had.</summary>
/// <param name="InstanceId">Whose.</param>
/// <param name="Count">How many.</param>
[GenerateSerializer, Immutable, Alias("cozy.JobPick")]
public sealed record Pick([property: Id(0)] string InstanceId, [property: Id(1)] int Count);
