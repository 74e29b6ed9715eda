using System.Runtime.InteropServices;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Lets changes pass whose documents a Mango selector selects; tells only some fields of them, if so asked.</summary>
internal sealed class SelectorFilter(Selector selector, Projection? fields)
{
    /// <summary>Reads <c>{"selector":…,"fields":…}</c>.</summary>
    public static SelectorFilter Parse(JsonElement body)
    {
        if (body.Member("selector") is not { ValueKind: JsonValueKind.Object } selector)
            throw CouchException.BadRequest("Selector error: expected a JSON object");
        var fields = body.Member("fields");
        try
        {
            return new SelectorFilter(
                Selector.Parse(JsonMarshal.GetRawUtf8Value(selector)),
                fields is null ? null
                : fields.Value.Texts() is { } names ? new Projection(names)
                : throw CouchException.BadRequest("Selector error: fields must be JSON array"));
        }
        catch (DocumentStoreException failure)
        {
            throw CouchException.BadRequest(failure.Reason);
        }
    }

    /// <summary>The change with those of its leaves that pass; null when none does.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="change">A change with its document.</param>
    public async ValueTask<DocumentChange?> PassAsync(Exchange exchange, DocumentChange change)
    {
        if (change.Leaves.Count == 1)
            return change.Document is { } document && Selects(document) ? change : null;

        var leaves = await exchange.Store.GetLeavesAsync(
            exchange.Database, change.Id, change.Leaves, latest: false, withRevisions: false, exchange.Aborted) ?? [];
        var passing = leaves
            .Where(leaf => leaf.Document is { } document && Selects(document))
            .Select(leaf => leaf.Revision)
            .ToHashSet();
        return passing.Count == 0 ? null : change with { Leaves = [.. change.Leaves.Where(passing.Contains)] };
    }

    /// <summary>Writes what is told of a document.</summary>
    public void Write(JsonOutput json, StoredDocument document)
    {
        if (fields is null)
            json.Document(document);
        else
            json.Raw(fields.Apply(document));
    }

    private bool Selects(StoredDocument document) => selector.Matches(document);
}
