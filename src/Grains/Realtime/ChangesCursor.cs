using Cozy.Grains.Doctypes;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Realtime;

/// <summary>
/// Reads the changes of a doctype that a listener has not handled yet. The changes feed says which there are; what the
/// listener was told adds the steps between two reads and what a document was before.
/// </summary>
internal sealed class ChangesCursor(IDocumentStore documents, string instanceId, string doctype)
{
    private readonly DatabaseName _database = DatabaseName.ForDoctype(instanceId, doctype);

    /// <summary>The next changes, in their order.</summary>
    /// <param name="since">The sequence up to which changes are handled; null for none.</param>
    /// <param name="told">
    /// What the listener was told and has not handled, in the order of each document's revisions; asked once the changes are
    /// read, as more may have been told meanwhile.
    /// </param>
    /// <param name="limit">How many documents to read at most.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="DocumentStoreException">The store cannot be read.</exception>
    public async Task<HandledChanges> ReadAsync(
        string? since, Func<IReadOnlyList<DocumentEvent>> told, int limit, CancellationToken cancellationToken = default)
    {
        ChangesPage page;
        try
        {
            page = await documents.ReadChangesAsync(
                _database, new ChangesQuery { Since = since, Limit = limit, IncludeDocuments = true }, cancellationToken);
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return new([], since, false);
        }

        var toldById = told().Where(one => one.Revision is not null).ToLookup(one => one.Id, StringComparer.Ordinal);
        var events = new List<DocumentEvent>(page.Results.Count);
        foreach (var change in page.Results)
        {
            if (change.Id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal))
                continue;
            var winner = change.Leaves[0];
            var steps = toldById[change.Id].TakeWhile(step => Revision.Parse(step.Revision!).Generation <= winner.Generation).ToList();
            events.AddRange(steps);
            var after = steps is [.., { } last] ? Revision.Parse(last.Revision!).Generation : winner.Generation;
            if (steps is not [.., { } newest] || newest.Revision != winner.ToString())
                events.AddRange(await MakeUpAsync(change, winner, Math.Min(after, winner.Generation - 1), cancellationToken));
        }

        return new(events, page.LastSequence, page.Pending > 0);
    }

    /// <summary>
    /// The events that nobody told, or that are told too late: of the revisions after a generation, as far as the store
    /// still has them, and of the winner.
    /// </summary>
    private async Task<IReadOnlyList<DocumentEvent>> MakeUpAsync(
        DocumentChange change, Revision winner, int after, CancellationToken cancellationToken)
    {
        var events = new List<DocumentEvent>();
        Document? old = null;
        foreach (var revision in await ListRevisionsAsync(change.Id, winner, after, cancellationToken))
        {
            var (deleted, members) = (change.Deleted, change.Document?.Members ?? default);
            if (revision != winner)
            {
                if (await documents.GetAsync(_database, change.Id, new ReadOptions { Revision = revision }, cancellationToken) is not { } step)
                    continue;
                (deleted, members) = (step.Deleted, step.Members);
            }

            if (revision.Generation > after)
            {
                var verb = deleted ? EventVerb.Deleted : revision.Generation == 1 ? EventVerb.Created : EventVerb.Updated;
                events.Add(new DocumentEvent(doctype, verb, change.Id, revision.ToString(), members, old));
            }

            old = deleted ? null : new Document(change.Id, revision.ToString(), false, members);
        }

        return events;
    }

    /// <summary>The revisions that led to one, the oldest first: those from a generation on.</summary>
    private async Task<IEnumerable<Revision>> ListRevisionsAsync(
        string id, Revision winner, int from, CancellationToken cancellationToken)
    {
        if (winner.Generation == 1)
            return [winner];
        var current = await documents.GetAsync(
            _database, id, new ReadOptions { Revision = winner, WithRevisions = true }, cancellationToken);
        return current?.Details?.Revisions is { Count: > 0 } revisions
            ? revisions.TakeWhile(revision => revision.Generation >= from).Reverse()
            : [winner];
    }
}

/// <summary>Changes to handle.</summary>
/// <param name="Events">What happened.</param>
/// <param name="Sequence">What to keep once these are handled; null when nothing was ever written.</param>
/// <param name="HasMore">Whether there are more.</param>
internal sealed record HandledChanges(IReadOnlyList<DocumentEvent> Events, string? Sequence, bool HasMore);
