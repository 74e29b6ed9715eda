using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Lets changes pass by what their documents say.</summary>
internal abstract class DocumentFilter
{
    /// <summary>The change with those of its leaves that pass; null when none does.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="change">A change with its document.</param>
    public async ValueTask<DocumentChange?> PassAsync(Exchange exchange, DocumentChange change)
    {
        if (change.Leaves.Count == 1)
            return change.Document is { } document && await SelectsAsync(document, exchange.Aborted) ? change : null;

        var leaves = await exchange.Store.GetLeavesAsync(
            exchange.Database, change.Id, change.Leaves, latest: false, withRevisions: false, exchange.Aborted) ?? [];
        var passing = new HashSet<Revision>();
        foreach (var leaf in leaves)
        {
            if (leaf.Document is { } document && await SelectsAsync(document, exchange.Aborted))
                passing.Add(leaf.Revision);
        }

        return passing.Count == 0 ? null : change with { Leaves = [.. change.Leaves.Where(passing.Contains)] };
    }

    /// <summary>Writes what is told of a document; false when that is what is always told.</summary>
    public virtual bool TryWrite(JsonOutput json, StoredDocument document) => false;

    /// <summary>Whether a document passes.</summary>
    protected abstract ValueTask<bool> SelectsAsync(StoredDocument document, CancellationToken cancellationToken);
}
