using Cozy.Grains.Instances;
using Cozy.Grains.Realtime;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace Cozy.Grains.Doctypes;

/// <summary>
/// Reads from memory what it can, writes through to the store. The store decides conflicts by revision, so that calls
/// interleave and even two activations of this grain could not overwrite each other.
/// </summary>
[GrainType("doctype"), PreferLocalPlacement]
internal sealed partial class DoctypeGrain : Grain, IDoctypeGrain
{
    /// <summary>How long a document may be remembered when other processes can write the same database.</summary>
    private static readonly TimeSpan SharedStoreAge = TimeSpan.FromSeconds(2);

    private readonly IDocumentStore _store;
    private readonly DocumentCache _cache;
    private readonly TimeProvider _time;
    private readonly DatabaseName _database;
    private readonly string _instanceId;
    private readonly string _doctype;
    private readonly DoctypeEvents _events;
    private readonly MangoLimits _limits;

    /// <summary>Counts the writes, so that a read that overlaps one does not leave its old answer in memory.</summary>
    private long _writes;

    public DoctypeGrain(
        IDocumentStore store, DocumentCacheBudget budget, TimeProvider time, EventServices events, IOptions<MangoLimits> limits)
    {
        _store = store;
        _limits = limits.Value;
        _time = time;
        _cache = new DocumentCache(budget, time, store.IsShared ? SharedStoreAge : null);
        (_instanceId, _doctype) = DoctypeKey.Split(this.GetPrimaryKeyString());
        _database = DatabaseName.ForDoctype(_instanceId, _doctype);
        _events = new DoctypeEvents(events, GrainFactory, _instanceId, _doctype);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _cache.Clear();
        return Task.CompletedTask;
    }

    public ValueTask<Document?> ReadAsync(string id, string? revision) =>
        revision is null && _cache.Find(id) is { } known ? new(known) : new(ReadFromStoreAsync(id, revision));

    public async Task<IReadOnlyList<EditOutcome>> EditAsync(IReadOnlyList<Edit> edits)
    {
        _writes++;
        Telling? telling = null;
        try
        {
            telling = await _events.BeginAsync(edits, static edit => edit.Id, _cache);
            var results = await _store.EditAsync(_database, [.. edits.Select(DoctypeMessages.ToStore)]);
            telling?.Edited(edits, results);
            var outcomes = new EditOutcome[edits.Count];
            for (var i = 0; i < outcomes.Length; i++)
                outcomes[i] = await ConcludeAsync(edits[i], results[i]);
            await TellListenersAsync(outcomes.Any(outcome => outcome.Revision is not null));
            return outcomes;
        }
        catch (DocumentStoreException failure)
        {
            telling?.Failed(failure);
            foreach (var edit in edits)
                _cache.Remove(edit.Id);
            throw failure.ToCozyException();
        }
        finally
        {
            _writes++;
            _events.End(telling);
            WakeFeeds();
        }
    }

    public async Task<IReadOnlyList<EditOutcome>> ReplicateAsync(IReadOnlyList<Replica> replicas)
    {
        _writes++;
        Telling? telling = null;
        try
        {
            IReadOnlyList<ReplicatedEdit> edits = [.. replicas.Select(DoctypeMessages.ToStore)];
            telling = await _events.BeginAsync(edits, static edit => edit.Id, _cache);
            var failures = await _store.ReplicateAsync(_database, edits);
            telling?.Replicated(edits, failures);
            await TellListenersAsync(failures.Count < replicas.Count);
            return failures.Select(failure => Refused(failure.Id, failure)).ToArray();
        }
        catch (DocumentStoreException failure)
        {
            telling?.Failed(failure);
            throw failure.ToCozyException();
        }
        finally
        {
            foreach (var replica in replicas)
                _cache.Remove(replica.Id);
            _writes++;
            _events.End(telling);
            WakeFeeds();
        }
    }

    public ValueTask<EventPosition> WatchAsync() => new(_events.Watch());

    public Task<string?> AddListenerAsync(GrainId listener) => _events.AddListenerAsync(listener);

    public Task RemoveListenerAsync(GrainId listener) => _events.RemoveListenerAsync(listener);

    public Task ForgetAsync()
    {
        _cache.Clear();
        WakeFeeds();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private static EditOutcome Refused(string id, EditResult result) =>
        new(id, null, result.Failure!.Error, result.Failure.Reason);

    private async Task<Document?> ReadFromStoreAsync(string id, string? revision)
    {
        var writes = _writes;
        try
        {
            var options = revision is null
                ? ReadOptions.Winner
                : new ReadOptions { Revision = Revision.Parse(revision) };
            if (await _store.GetAsync(_database, id, options) is not { } stored)
                return null;

            var document = stored.ToMessage();
            if (revision is null && !document.Deleted && writes == _writes)
                _cache.Set(document);
            return document;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    /// <summary>Brings memory in line with what the store did, and recognises a repeated edit that had succeeded.</summary>
    private async ValueTask<EditOutcome> ConcludeAsync(Edit edit, EditResult result)
    {
        if (result.Revision is { } revision)
        {
            // Only an edit of the known winner is certain to be the winner now.
            var known = _cache.Find(edit.Id);
            if (!edit.Deleted && (edit.Parent is null || known?.Revision == edit.Parent))
                _cache.Set(new Document(edit.Id, revision.ToString(), edit.Deleted, edit.Members));
            else
                _cache.Remove(edit.Id);
            return new EditOutcome(edit.Id, revision.ToString(), null, null);
        }

        _cache.Remove(edit.Id);
        if (edit.IsRetry && await FindOwnRevisionAsync(edit) is { } own)
            return new EditOutcome(edit.Id, own, null, null);
        return Refused(edit.Id, result);
    }

    /// <summary>
    /// The revision the edit made when it was tried before. Revisions are hashes of content and parent, so the edit's
    /// own can be told from anybody else's.
    /// </summary>
    private async Task<string?> FindOwnRevisionAsync(Edit edit)
    {
        var parent = edit.Parent is null ? (Revision?)null : Revision.Parse(edit.Parent);
        var winner = await _store.GetAsync(_database, edit.Id, ReadOptions.Winner);
        return winner is not null
            && winner.Deleted == edit.Deleted
            && winner.Members.Span.SequenceEqual(edit.Members.Span)
            && winner.Revision.Generation == (parent?.Generation ?? 0) + 1
            ? winner.Revision.ToString()
            : null;
    }

    private ValueTask TellListenersAsync(bool anyChange) =>
        anyChange && _doctype == SettingsDocuments.Doctype
            ? new(GrainFactory.GetGrain<IInstanceGrain>(_instanceId).SettingsChangedAsync())
            : ValueTask.CompletedTask;
}
