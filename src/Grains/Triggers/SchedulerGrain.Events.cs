using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.Realtime;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Triggers;

/// <summary>Documents change. The changes feed is read from where it was handled, so that no crash skips a change.</summary>
internal sealed partial class SchedulerGrain
{
    private readonly ToldEvents _told = new();

    public Task DocumentsChangedAsync(EventBatch batch)
    {
        _told.Add(batch);
        _ = RunAsync();
        return Task.CompletedTask;
    }

    private async Task RunEventsAsync(LoadedTriggers loaded)
    {
        foreach (var doctype in _told.Doctypes)
        {
            if (!loaded.State.Cursors.ContainsKey(doctype))
            {
                _told.Take(doctype);
                continue;
            }

            try
            {
                await RunEventsAsync(loaded, doctype);
            }
            catch
            {
                _told.MarkAll(doctype);
                throw;
            }
        }
    }

    private async Task RunEventsAsync(LoadedTriggers loaded, string doctype)
    {
        var cursor = new ChangesCursor(_documents, InstanceId, doctype);
        while (_budget.Take(Now, _options.MaxRunsPerSecond) is > 0 and var left)
        {
            var told = _told.Take(doctype);
            HandledChanges page;
            try
            {
                // What is told while the feed is read may be of changes that come after this page, so it stays for the next one;
                // what of it is handled already makes no second job, as jobs are named by revisions.
                page = await cursor.ReadAsync(
                    loaded.State.Cursors[doctype], () => [.. told, .. _told.Of(doctype)], Math.Min(left, _options.EventPage));
            }
            catch (DocumentStoreException failure)
            {
                throw failure.ToCozyException();
            }

            await HandleAsync(loaded, page.Events);
            if (page.Sequence != loaded.State.Cursors[doctype])
                await ChangeStateAsync(loaded, state => state with { Cursors = new Dictionary<string, string?>(state.Cursors) { [doctype] = page.Sequence } });
            if (!page.HasMore)
                return;
            _told.MarkAll(doctype);
        }
    }

    private async Task HandleAsync(LoadedTriggers loaded, IReadOnlyList<DocumentEvent> events)
    {
        var domain = (await GrainFactory.GetGrain<IInstanceGrain>(InstanceId).GetAsync())?.Domain ?? "";
        var gathering = new List<(Trigger Trigger, ReadOnlyMemory<byte> Event, ReadOnlyMemory<byte> Payload)>();
        foreach (var happened in events)
        {
            if (happened is { Doctype: DeletedAccounts.Doctype, Verb: EventVerb.Deleted })
                await ClearAwayAsync(loaded, happened);
            var matching = await MatchingAsync(loaded, happened);
            if (matching.Count == 0)
                continue;
            var json = EventJson.Event(domain, happened, _jobOptions.MaxMessageBytes / 2);
            gathering.AddRange(matching.Where(trigger => trigger.Document.DebounceTime > TimeSpan.Zero).Select(trigger => (trigger, json, default(ReadOnlyMemory<byte>))));
            var now = matching.Where(trigger => trigger.Document.DebounceTime == TimeSpan.Zero).ToArray();
            _budget.Use(now.Length);
            await Task.WhenAll(now.Select(trigger => PushAsync(
                trigger,
                trigger.NewJob() with { Event = json, IdempotencyKey = $"{trigger.Document.Id}/{happened.Doctype}/{happened.Id}/{happened.Revision}" },
                isEvent: true)));
        }

        if (gathering.Count > 0)
            await GatherAsync(loaded, gathering);
    }

    private async Task<IReadOnlyList<Trigger>> MatchingAsync(LoadedTriggers loaded, DocumentEvent happened)
    {
        IReadOnlyCollection<string>? folders = null;
        var matching = new List<Trigger>();
        foreach (var trigger in loaded.All.Where(trigger => trigger.Rules.Count > 0 && trigger.Document.CreatedAt <= Now))
        {
            foreach (var rule in trigger.Rules.Where(rule => rule.Doctype == happened.Doctype && rule.Verbs.Contains(happened.Verb)))
            {
                if (rule.NeedsFolders(happened))
                    folders ??= await FoldersOfAsync(happened);
                if (!EventRules.Matches(rule, happened, folders ?? []) || IsOwnJob(trigger, happened))
                    continue;
                matching.Add(trigger);
                break;
            }
        }

        return matching;
    }

    /// <summary>A trigger on jobs that set itself off would never end.</summary>
    private static bool IsOwnJob(Trigger trigger, DocumentEvent happened)
    {
        if (happened.Doctype != JobStore.Doctype)
            return false;
        using var json = Json.Parse(happened.Members);
        return json.RootElement.Text("trigger_id") == trigger.Document.Id;
    }

    private async Task<IReadOnlyCollection<string>> FoldersOfAsync(DocumentEvent happened)
    {
        if (EventRules.FolderOf(happened) is not { } folder)
            return [];
        var above = await GrainFactory.GetGrain<IFileTreeGrain>(InstanceId).ListAncestorsAsync(folder);
        return [folder, .. above.Select(entry => entry.Id)];
    }

    /// <summary>Keeps events and calls until the time of their triggers is over; durable when this returns.</summary>
    private async Task GatherAsync(
        LoadedTriggers loaded, IReadOnlyList<(Trigger Trigger, ReadOnlyMemory<byte> Event, ReadOnlyMemory<byte> Payload)> happened)
    {
        var now = Now;
        await ChangeStateAsync(loaded, state =>
        {
            var gathered = new Dictionary<string, Gathered>(state.Gathered);
            foreach (var (trigger, json, payload) in happened)
            {
                gathered[trigger.Document.Id] = gathered.TryGetValue(trigger.Document.Id, out var before)
                    ? before.With(payload, _options.MaxDebouncedPayloads)
                    : new Gathered(now + trigger.Document.DebounceTime, 1, json, payload.IsEmpty ? [] : [payload]);
            }

            return state with { Gathered = gathered };
        });
        await SleepAsync(loaded);
    }

    /// <summary>Has this grain told of the doctypes' changes from now on.</summary>
    private async Task ListenAsync(LoadedTriggers loaded, IEnumerable<string> doctypes)
    {
        foreach (var doctype in doctypes.Distinct().Where(doctype => !loaded.State.Cursors.ContainsKey(doctype)).ToArray())
        {
            var sequence = await _store.ListenAsync(doctype, this.GetGrainId());
            await ChangeStateAsync(loaded, state => state.Cursors.ContainsKey(doctype)
                ? state
                : state with { Cursors = new Dictionary<string, string?>(state.Cursors) { [doctype] = sequence } });
        }
    }
}
