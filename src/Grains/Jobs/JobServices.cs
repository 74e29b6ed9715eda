using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Cozy.Grains.Jobs;

/// <summary>What the queues of all instances share.</summary>
internal sealed class JobServices(
    WorkerTypes types, IOptions<JobsOptions> options, JobInstruments instruments, ISiloStatusOracle silos)
{
    public WorkerTypes Types { get; } = types;

    public JobsOptions Options { get; } = options.Value;

    public JobInstruments Instruments { get; } = instruments;

    /// <summary>
    /// Until when the holder of a lease that was read from the store may give no sign, and when the job has taken too
    /// long. Nobody heard from the holder meanwhile, so it has its whole time again, unless it is a silo that is gone.
    /// </summary>
    public (DateTimeOffset Until, DateTimeOffset Deadline) LeaseAfterLoad(JobDocument job, LeaseNote lease, DateTimeOffset now)
    {
        var timeout = JobRules.TimeoutOf(job.Options, Types.Find(job.Worker) ?? new WorkerType(job.Worker));
        var deadline = (job.StartedAt ?? now) + timeout;

        // Whoever was in time must not be late because nobody could be told.
        var shortest = now + lease.Duration;
        return (IsGone(lease.Holder) ? now : shortest, deadline > shortest ? deadline : shortest);
    }

    private bool IsGone(string holder)
    {
        if (!holder.StartsWith('S'))
            return false;
        try
        {
            return silos.GetApproximateSiloStatus(SiloAddress.FromParsableString(holder)) is SiloStatus.Dead or SiloStatus.None;
        }
        catch (Exception failure) when (failure is FormatException or ArgumentException or IndexOutOfRangeException)
        {
            return false;
        }
    }
}
