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
    /// <param name="told">What the listener was told and has not handled, in the order of each document's revisions.</param>
    /// <param name="limit">How many documents to read at most.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="DocumentStoreException">The store cannot be read.</exception>
    public async Task<HandledChanges> ReadAsync(
        string? since, IReadOnlyList<DocumentEvent> told, int limit, CancellationToken cancellationToken = default)
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

        var toldById = told.Where(one => one.Revision is not null).ToLookup(one => one.Id, StringComparer.Ordinal);
        var events = new List<DocumentEvent>(page.Results.Count);
        foreach (var change in page.Results)
        {
            if (change.Id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal))
                continue;
            var winner = change.Leaves[0];
            var steps = toldById[change.Id].TakeWhile(step => Revision.Parse(step.Revision!).Generation <= winner.Generation).ToList();
            events.AddRange(steps);
            if (steps is not [.., { } last] || last.Revision != winner.ToString())
                events.Add(await MakeUpAsync(change, winner, cancellationToken));
        }

        return new(events, page.LastSequence, page.Pending > 0);
    }

    /// <summary>The event that nobody told.</summary>
    private async Task<DocumentEvent> MakeUpAsync(DocumentChange change, Revision winner, CancellationToken cancellationToken)
    {
        var verb = change.Deleted ? EventVerb.Deleted : winner.Generation == 1 ? EventVerb.Created : EventVerb.Updated;
        return new DocumentEvent(
            doctype, verb, change.Id, winner.ToString(), change.Document?.Members ?? default,
            winner.Generation == 1 ? null : await ReadOldAsync(change.Id, winner, cancellationToken));
    }

    private async Task<Document?> ReadOldAsync(string id, Revision revision, CancellationToken cancellationToken)
    {
        var current = await documents.GetAsync(
            _database, id, new ReadOptions { Revision = revision, WithRevisions = true }, cancellationToken);
        if (current?.Details?.Revisions is not [_, var parent, ..])
            return null;
        var old = await documents.GetAsync(_database, id, new ReadOptions { Revision = parent }, cancellationToken);
        return old is null or { Deleted: true } ? null : new Document(id, parent.ToString(), false, old.Members);
    }
}

/// <summary>Changes to handle.</summary>
/// <param name="Events">What happened.</param>
/// <param name="Sequence">What to keep once these are handled; null when nothing was ever written.</param>
/// <param name="HasMore">Whether there are more.</param>
internal sealed record HandledChanges(IReadOnlyList<DocumentEvent> Events, string? Sequence, bool HasMore);
