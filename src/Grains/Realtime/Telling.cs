using Cozy.Grains.Doctypes;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Realtime;

/// <summary>
/// One write that is to be told once it is durable. A write begins after those whose results its caller knows, so
/// telling in the order of the beginnings tells the changes of each document in their order.
/// </summary>
internal sealed class Telling(DoctypeEvents events, IReadOnlyList<Document?> old) : IDisposable
{
    /// <summary>Whether the outcome is known.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether the write may have happened without anybody knowing what it was.</summary>
    public bool IsUnknown { get; private set; }

    /// <summary>What is to be told.</summary>
    public IReadOnlyList<PendingEvent> Events { get; private set; } = [];

    /// <summary>The outcome of ordinary edits. A repeated edit that had succeeded was told then.</summary>
    public void Edited(IReadOnlyList<Edit> edits, IReadOnlyList<EditResult> results)
    {
        var told = new List<PendingEvent>(edits.Count);
        for (var i = 0; i < edits.Count; i++)
        {
            var edit = edits[i];
            if (results[i].Revision is not { } revision)
                continue;
            var verb = edit.Deleted ? EventVerb.Deleted : edit.Parent is null ? EventVerb.Created : EventVerb.Updated;
            var known = i < old.Count && old[i]?.Revision == edit.Parent ? old[i] : null;
            told.Add(new PendingEvent(
                new DocumentEvent(events.Doctype, verb, edit.Id, revision.ToString(), edit.Members, known),
                known is null && edit.Parent is { } parent ? Revision.Parse(parent) : null,
                IsReplicated: false));
        }

        Finish(told);
    }

    /// <summary>The outcome of revisions that were made elsewhere.</summary>
    public void Replicated(IReadOnlyList<ReplicatedEdit> edits, IReadOnlyList<EditResult> failures)
    {
        var failed = failures.Select(failure => failure.Id).ToHashSet(StringComparer.Ordinal);
        Finish([.. edits.Where(edit => !failed.Contains(edit.Id)).Select(edit => new PendingEvent(
            new DocumentEvent(events.Doctype, VerbOf(edit), edit.Id, edit.Path[0].ToString(), edit.Members),
            edit.Path.Count > 1 ? edit.Path[1] : null,
            IsReplicated: true))]);
    }

    /// <summary>The write failed.</summary>
    public void Failed(DocumentStoreException failure)
    {
        if (IsDone)
            return;

        // Every other failure says that nothing was written.
        IsUnknown = failure.Kind == StoreError.Unavailable;
        Finish([]);
    }

    /// <summary>Without an outcome the write may have happened.</summary>
    public void Dispose()
    {
        if (IsDone)
            return;
        IsUnknown = true;
        Finish([]);
    }

    private static EventVerb VerbOf(ReplicatedEdit edit) =>
        edit.Deleted ? EventVerb.Deleted : edit.Path[0].Generation == 1 ? EventVerb.Created : EventVerb.Updated;

    private void Finish(IReadOnlyList<PendingEvent> told)
    {
        Events = told;
        IsDone = true;
        events.Advance();
    }
}

/// <summary>An event that may lack what the document was before.</summary>
/// <param name="Event">The event.</param>
/// <param name="Parent">The revision to look that up by; null when it is known or there was none.</param>
/// <param name="IsReplicated">The revision may be on a branch that nobody sees.</param>
internal readonly record struct PendingEvent(DocumentEvent Event, Revision? Parent, bool IsReplicated);
