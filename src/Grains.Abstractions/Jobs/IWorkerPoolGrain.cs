using Orleans.Concurrency;

namespace Cozy.Grains.Jobs;

/// <summary>
/// Brings workers of one type and queues together: it knows which instances have jobs, and lets them take turns by their
/// weights. The key is the worker type. It keeps nothing that matters: after a crash the queues tell it again.
/// </summary>
[Alias("cozy.IWorkerPoolGrain")]
public interface IWorkerPoolGrain : IGrainWithStringKey
{
    /// <summary>An instance has jobs that could be handed out.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="ready">How many; 0 for none any more.</param>
    /// <param name="weight">How many it has in each turn; at least 1.</param>
    [AlwaysInterleave, Alias("Offer")]
    Task OfferAsync(string instanceId, int ready, int weight);

    /// <summary>Takes jobs of whichever instances' turn it is, and waits for some if there are none.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="wait">How long to wait at most.</param>
    /// <returns>At least one job, unless the time is over.</returns>
    [AlwaysInterleave, Alias("Take")]
    Task<IReadOnlyList<JobLease>> TakeAsync(LeaseRequest request, TimeSpan wait);
}
