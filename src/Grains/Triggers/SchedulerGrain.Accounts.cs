using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Realtime;

namespace Cozy.Grains.Triggers;

/// <summary>
/// Accounts are deleted. Their deletion is read from the changes feed, as what sets triggers off, so however an account was
/// deleted and whatever died meanwhile, its triggers go.
/// </summary>
internal sealed partial class SchedulerGrain
{
    public async Task WatchAccountsAsync()
    {
        var loaded = await _loaded.GetAsync();
        if (loaded.WatchesAccounts)
            return;
        try
        {
            await _alarm.EnsureAsync(FarFuture);
            await ListenAsync(loaded, [DeletedAccounts.Doctype]);
        }
        catch (CozyException)
        {
            Forget(loaded);
            throw;
        }
    }

    private async Task ClearAwayAsync(LoadedTriggers loaded, DocumentEvent deletion)
    {
        // One that was made anew with the same id keeps its triggers.
        if (await FindAsync(DeletedAccounts.Doctype, deletion.Id) is null)
        {
            var own = loaded.All.Where(trigger => DeletedAccounts.AccountOf(trigger.Document) == deletion.Id).ToArray();
            if (own.Length > 0)
                await RemoveAsync(loaded, own);
        }

        if (DeletedAccounts.Farewell(await FindAsync(DeletedAccounts.KeptDoctype, deletion.Id), deletion) is not { } job)
            return;
        try
        {
            await Jobs.PushAsync(job);
        }
        catch (CozyException failure) when (failure.Kind is not (ErrorKind.Unavailable or ErrorKind.InsufficientStorage) && failure.Code != "jobs_waiting")
        {
            LogDropped(deletion.Id, InstanceId, failure.Message);
        }
    }

    private async Task<Document?> FindAsync(string doctype, string id)
    {
        try
        {
            return await GrainFactory.GetGrain<IDoctypeGrain>(DoctypeKey.Of(InstanceId, doctype)).ReadAsync(id) is { Deleted: false } found ? found : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }
}
