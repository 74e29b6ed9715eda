using Cozy.Grains.Alarms;
using Cozy.Grains.Doctypes;
using Orleans.Concurrency;

namespace Cozy.Grains.Jobs;

/// <summary>
/// The jobs of one instance (<c>io.cozy.jobs</c>): waiting, leased to workers, tried again, done. What it has acknowledged
/// is a document. The key is the instance's id.
/// </summary>
/// <remarks>
/// A job is done at least once: a worker holds a <see cref="JobLease"/>, and when it dies the job goes to another one. Only
/// the holder of the lease that counts can end a job.
/// </remarks>
[Alias("cozy.IJobQueueGrain")]
public interface IJobQueueGrain : IGrainWithStringKey, ISleeperGrain
{
    /// <summary>
    /// Takes a job; it is durable when this returns. Of jobs with one <see cref="NewJob.IdempotencyKey"/> only the first
    /// is kept, and answered to all.
    /// </summary>
    /// <exception cref="Errors.CozyException">
    /// NotFound with code <c>unknown_worker</c>; TooLarge: the message; TooManyRequests with code <c>jobs_hourly_limit</c> or
    /// <c>jobs_waiting</c>; NotFound: there is no such instance.
    /// </exception>
    [AlwaysInterleave, Alias("Push")]
    Task<Document> PushAsync(NewJob job);

    /// <summary>A job; null when there is none.</summary>
    [AlwaysInterleave, Alias("Get")]
    Task<Document?> GetAsync(string id);

    /// <summary>The jobs of a worker that wait or run, the oldest first; at most 200.</summary>
    [AlwaysInterleave, Alias("ListOpen")]
    Task<IReadOnlyList<Document>> ListOpenAsync(string worker);

    /// <summary>The jobs that a trigger made, the newest first.</summary>
    [AlwaysInterleave, Alias("ListOfTrigger")]
    Task<IReadOnlyList<Document>> ListOfTriggerAsync(string triggerId, int limit);

    /// <summary>An app says how a job of the worker <c>client</c> ended.</summary>
    /// <exception cref="Errors.CozyException">NotFound; Forbidden: it is another worker's job; Conflict.</exception>
    [AlwaysInterleave, Alias("EndClientJob")]
    Task<Document> EndClientJobAsync(string id, string? error);

    /// <summary>Ends a job that waits or runs, as errored; whoever works on it is told so. One that has ended stays as it is.</summary>
    /// <exception cref="Errors.CozyException">NotFound.</exception>
    [AlwaysInterleave, Alias("Cancel")]
    Task<Document> CancelAsync(string id);

    /// <summary>Has a job that ended with an error wait again, with all its tries.</summary>
    /// <exception cref="Errors.CozyException">NotFound; Conflict: it did not end with an error.</exception>
    [AlwaysInterleave, Alias("Retry")]
    Task<Document> RetryAsync(string id);

    /// <summary>Ends jobs that are open for longer than the age and that no worker holds; says how many.</summary>
    [AlwaysInterleave, Alias("Clean")]
    Task<int> CleanAsync(TimeSpan age);

    /// <summary>
    /// Removes the documents of jobs that ended longer ago than the age, but keeps the last
    /// <see cref="JobsOptions.KeepLast"/> of each worker and state; says how many.
    /// </summary>
    /// <param name="workers">Of these workers; empty for all.</param>
    /// <param name="age">How old.</param>
    [AlwaysInterleave, Alias("Purge")]
    Task<int> PurgeAsync(IReadOnlyList<string> workers, TimeSpan age);

    /// <summary>Hands jobs out to be worked on; may be none.</summary>
    [AlwaysInterleave, Alias("Lease")]
    Task<IReadOnlyList<JobLease>> LeaseAsync(LeaseRequest request);

    /// <summary>Waits until there may be jobs for a worker, but not longer than is said. False when the time was over.</summary>
    [AlwaysInterleave, Alias("WaitForJobs")]
    Task<bool> WaitForJobsAsync(string worker, TimeSpan longest);

    /// <summary>The worker is alive.</summary>
    /// <param name="lease">The job.</param>
    /// <param name="progress">How far it is, any JSON; empty for as before.</param>
    /// <returns>False when the job is no longer the worker's: it was cancelled, took too long, or was given to another one.</returns>
    [AlwaysInterleave, Alias("Renew")]
    Task<bool> RenewAsync(LeaseKey lease, ReadOnlyMemory<byte> progress);

    /// <summary>The job is done. Repeating it is harmless.</summary>
    /// <param name="lease">The job.</param>
    /// <param name="result">What came out, any JSON, for the job that follows it; empty for nothing.</param>
    /// <returns>False when the job was no longer the worker's.</returns>
    [AlwaysInterleave, Alias("Complete")]
    Task<bool> CompleteAsync(LeaseKey lease, ReadOnlyMemory<byte> result);

    /// <summary>The job failed; it is tried again if it has tries left.</summary>
    /// <param name="lease">The job.</param>
    /// <param name="error">Why, for the owner to read.</param>
    /// <param name="isFinal">Another try would fail too.</param>
    /// <returns>False when the job was no longer the worker's.</returns>
    [AlwaysInterleave, Alias("Fail")]
    Task<bool> FailAsync(LeaseKey lease, string error, bool isFinal);

    /// <summary>The worker gives a job back as if it had never had it.</summary>
    [AlwaysInterleave, Alias("Release")]
    Task<bool> ReleaseAsync(LeaseKey lease);

    /// <summary>Drops what is remembered, because the instance is destroyed.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync();
}
