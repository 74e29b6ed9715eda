using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Triggers;

/// <summary>What the scheduler of one instance keeps.</summary>
internal sealed class TriggerStore(IDocumentStore store, IGrainFactory grains, string instanceId)
{
    /// <summary>The doctype of the scheduler's own document.</summary>
    public const string StateDoctype = "io.cozy.scheduler";
    private const string StateId = "state";

    private readonly DatabaseName _states = DatabaseName.ForDoctype(instanceId, StateDoctype);
    private readonly IDoctypeGrain _triggers = grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, TriggerDocument.Doctype));

    /// <summary>All triggers.</summary>
    public async Task<IReadOnlyList<TriggerDocument>> ListAsync()
    {
        var found = new List<TriggerDocument>();
        await DocumentPages.ForEachAsync(
            store, DatabaseName.ForDoctype(instanceId, TriggerDocument.Doctype),
            (id, stored) => found.Add(TriggerDocument.Parse(id, stored.Revision.ToString(), stored.Members)));
        return found;
    }

    /// <summary>Writes a trigger down; null when somebody else has changed it.</summary>
    public async Task<TriggerDocument?> WriteAsync(TriggerDocument trigger)
    {
        var outcome = (await _triggers.EditAsync([new Edit(trigger.Id, trigger.Revision, false, trigger.ToMembers())]))[0];
        return outcome.Revision is null ? null : trigger with { Revision = outcome.Revision };
    }

    /// <summary>Removes triggers; one that is gone is no error.</summary>
    public Task RemoveAsync(IEnumerable<TriggerDocument> triggers) =>
        _triggers.EditAsync([.. triggers.Select(trigger => new Edit(trigger.Id, trigger.Revision, true, default))]);

    /// <summary>How far the scheduler has come; null before the first time.</summary>
    public async Task<SchedulerState?> ReadStateAsync()
    {
        try
        {
            return await store.GetAsync(_states, StateId, ReadOptions.Winner) is { Deleted: false } found ? SchedulerState.Parse(found) : null;
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return null;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    /// <summary>Writes down how far the scheduler has come.</summary>
    /// <exception cref="CozyException">Conflict: another activation has.</exception>
    public async Task<SchedulerState> WriteStateAsync(SchedulerState state)
    {
        try
        {
            var result = (await store.EditAsync(_states, [new DocumentEdit(StateId, state.Revision, false, state.ToMembers())]))[0];
            return result.Failure is null ? state with { Revision = result.Revision } : throw result.Failure;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    /// <summary>Has a grain told of a doctype's changes for good.</summary>
    /// <returns>The sequence after which it is told.</returns>
    public Task<string?> ListenAsync(string doctype, GrainId listener) =>
        grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, doctype)).AddListenerAsync(listener);

    /// <summary>Has it told no longer.</summary>
    public Task LeaveAsync(string doctype, GrainId listener) =>
        grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, doctype)).RemoveListenerAsync(listener);
}
