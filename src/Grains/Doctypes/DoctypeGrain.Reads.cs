using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Doctypes;

/// <summary>Answers that may be long, page by page.</summary>
internal sealed partial class DoctypeGrain
{
    /// <summary>
    /// How large the contents in a page may be. One document may be larger, up to what a message may hold, and then is
    /// alone in its page.
    /// </summary>
    private const long PageBytes = 2 << 20;

    /// <summary>As <see cref="PageBytes"/>, for listings: what was read is written on while the processor's cache still has it.</summary>
    private const long ListingBytes = 512 << 10;

    private const int PageRows = 1000;

    public Task<Document?> ReadFactsAsync(string id, FactsQuery query) => FromStoreAsync(async () =>
        (await _store.GetAsync(_database, id, DoctypeMessages.ToStore(query)))?.ToMessage());

    public Task<LeavesPage?> ReadLeavesAsync(string id, LeavesQuery query) => FromStoreAsync(async () =>
    {
        var revisions = query.Revisions?.Select(Revision.Parse).ToArray();
        var leaves = await _store.GetLeavesAsync(_database, id, revisions, query.Latest, query.WithPath);
        if (leaves is null)
            return null;

        var page = new PageCut<Leaf>(PageBytes);
        foreach (var leaf in leaves.Skip(query.Skip).TakeWhile(_ => !page.IsCut))
            page.Add(new Leaf(leaf.Revision.ToString(), leaf.Document?.ToMessage()), leaf.Document?.Members.Length ?? 0);
        return new LeavesPage(page.Items, page.IsCut);
    });

    public Task<ListingPage> ListAsync(ListingQuery query) => FromStoreAsync(async () =>
    {
        var limit = Math.Min(query.Limit, PageRows);
        var found = await _store.ListAsync(_database, new ListQuery
        {
            Keys = query.Keys,
            StartKey = query.StartKey,
            EndKey = query.EndKey,
            InclusiveEnd = !query.ExcludeEnd,
            Descending = query.Descending,
            Limit = limit,
            Skip = query.Skip,
            IncludeDocuments = query.IncludeDocuments,
            MaxBytes = ListingBytes,
            CountOffset = query.CountOffset,
        });

        var page = new PageCut<ListingRow>(ListingBytes);
        foreach (var row in found.Rows.TakeWhile(_ => !page.IsCut))
        {
            page.Add(
                new ListingRow(row.Id, row.Revision?.ToString(), row.Deleted, row.Document?.Members),
                row.Id.Length + (row.Document?.Members.Length ?? 0));
        }

        var isCut = page.IsCut || found.IsCut || (limit < query.Limit && found.Rows.Count == limit);
        return new ListingPage(found.TotalRows, found.Offset, page.Items, isCut);
    });

    public Task<FeedPage> ReadChangesAsync(FeedQuery query) => FromStoreAsync(async () =>
    {
        var limit = Math.Min(query.Limit, PageRows);
        var found = await _store.ReadChangesAsync(_database, new ChangesQuery
        {
            Since = query.Since,
            Limit = limit,
            Descending = query.Descending,
            Skip = query.Skip,
            IncludeDocuments = query.IncludeDocuments,
            AllLeaves = query.AllLeaves,
            DocumentIds = query.DocumentIds,
            MaxBytes = PageBytes,
            CountPending = query.CountPending,
        });

        var page = new PageCut<FeedChange>(PageBytes);
        foreach (var change in found.Results.TakeWhile(_ => !page.IsCut))
        {
            page.Add(
                new FeedChange(change.Sequence, change.Id, change.Leaves.ToMessage(), change.Deleted, change.Document?.Members),
                change.Id.Length + change.Leaves.Sum(leaf => leaf.Hash.Length) + (change.Document?.Members.Length ?? 0));
        }

        var isCut = page.IsCut || found.IsCut || (limit < query.Limit && found.Results.Count == limit);
        var left = found.Results.Count - page.Items.Count;
        return new FeedPage(
            page.Items,
            left > 0 ? page.Items[^1].Sequence : found.LastSequence,
            query.CountPending ? found.Pending + left : 0,
            isCut);
    });

    public Task<IReadOnlyList<MissingRevisions>> DiffRevisionsAsync(IReadOnlyList<KnownRevisions> documents) =>
        FromStoreAsync<IReadOnlyList<MissingRevisions>>(async () =>
        {
            var known = new Dictionary<string, IReadOnlyList<Revision>>(StringComparer.Ordinal);
            foreach (var document in documents)
                known[document.Id] = document.Revisions.Select(Revision.Parse).ToArray();
            var missing = await _store.DiffRevisionsAsync(_database, known);
            return missing
                .Select(diff => new MissingRevisions(
                    diff.Key, diff.Value.Missing.ToMessage(), diff.Value.PossibleAncestors.ToMessage()))
                .ToArray();
        });

    public Task<LocalNote?> ReadLocalAsync(string id) => FromStoreAsync(async () =>
        await _store.GetLocalAsync(_database, id) is { } local ? new LocalNote(local.Id, local.Revision, local.Members) : null);

    private static async Task<T> FromStoreAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
