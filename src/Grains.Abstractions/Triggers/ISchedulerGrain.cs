using Cozy.Grains.Alarms;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Realtime;
using Orleans.Concurrency;

namespace Cozy.Grains.Triggers;

/// <summary>
/// The triggers of one instance (<c>io.cozy.triggers</c>): it pushes jobs when a time has come, when a document changes, and
/// when a webhook is called. The key is the instance's id.
/// </summary>
/// <remarks>
/// A run is never skipped and never made twice: what has been handled is written down after the jobs, and each job has a key
/// made of the trigger and what set it off. Runs that were missed while nothing ran are made up for once.
/// </remarks>
[Alias("cozy.ISchedulerGrain")]
public interface ISchedulerGrain : IGrainWithStringKey, ISleeperGrain, IDocumentListenerGrain
{
    /// <summary>
    /// Adds a trigger; it is durable and at work when this returns. A worker that the server does not have is no error: an app
    /// may be there before what runs its services. Until then the trigger makes no jobs, which is logged.
    /// </summary>
    /// <exception cref="Errors.CozyException">
    /// BadRequest with code <c>trigger_unparsable</c>: the arguments; Invalid: type, debounce, options; TooManyRequests: there
    /// are too many.
    /// </exception>
    [AlwaysInterleave, Alias("Add")]
    Task<Document> AddAsync(NewTrigger trigger);

    /// <summary>A trigger; null when there is none.</summary>
    [AlwaysInterleave, Alias("Get")]
    Task<Document?> GetAsync(string id);

    /// <summary>All triggers, in the order of their ids.</summary>
    [AlwaysInterleave, Alias("List")]
    Task<IReadOnlyList<Document>> ListAsync();

    /// <summary>What became of the jobs of triggers, in their order, each as a JSON object.</summary>
    [AlwaysInterleave, Alias("GetStates")]
    Task<IReadOnlyList<ReadOnlyMemory<byte>>> GetStatesAsync(IReadOnlyList<string> ids);

    /// <summary>Changes a trigger.</summary>
    /// <param name="id">Which.</param>
    /// <param name="arguments">Other arguments (only of <c>@cron</c>); null for the same.</param>
    /// <param name="message">Another message; empty for the same.</param>
    /// <exception cref="Errors.CozyException">NotFound; BadRequest; Invalid.</exception>
    [AlwaysInterleave, Alias("Patch")]
    Task<Document> PatchAsync(string id, string? arguments, ReadOnlyMemory<byte> message);

    /// <summary>Removes a trigger; false when there is none.</summary>
    [AlwaysInterleave, Alias("Delete")]
    Task<bool> DeleteAsync(string id);

    /// <summary>Pushes a job as the trigger would, because a person asked for it.</summary>
    /// <returns>The job.</returns>
    /// <exception cref="Errors.CozyException">NotFound; TooManyRequests.</exception>
    [AlwaysInterleave, Alias("Launch")]
    Task<Document> LaunchAsync(string id);

    /// <summary>Somebody called a webhook; the job, or that it is to come, is durable when this returns.</summary>
    /// <param name="id">The trigger.</param>
    /// <param name="call">What was sent.</param>
    /// <exception cref="Errors.CozyException">
    /// NotFound: there is no such webhook, or it was called too often; Invalid: the trigger is no webhook; Forbidden: the
    /// signature is wrong.
    /// </exception>
    [AlwaysInterleave, Alias("CallWebhook")]
    Task CallWebhookAsync(string id, WebhookCall call);

    /// <summary>
    /// From now on, when an account (<c>io.cozy.accounts</c>) is deleted, the triggers of its connector go with it, and the
    /// connector is told if it wants to be. Durable when this returns; does nothing the second time.
    /// </summary>
    [AlwaysInterleave, Alias("WatchAccounts")]
    Task WatchAccountsAsync();

    /// <summary>Drops what is remembered, because the instance is destroyed.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync();
}
