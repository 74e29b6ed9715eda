using System.Runtime.InteropServices;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Lets changes pass whose documents a Mango selector selects; tells only some fields of them, if so asked.</summary>
internal sealed class SelectorFilter(Selector selector, Projection? fields) : DocumentFilter
{
    /// <summary>Reads <c>{"selector":…,"fields":…}</c>.</summary>
    public static SelectorFilter Parse(JsonElement body, MangoLimits limits)
    {
        if (body.Member("selector") is not { ValueKind: JsonValueKind.Object } selector)
            throw CouchException.BadRequest("Selector error: expected a JSON object");
        var fields = body.Member("fields");
        try
        {
            return new SelectorFilter(
                Selector.Parse(JsonMarshal.GetRawUtf8Value(selector), limits),
                fields is null ? null
                : fields.Value.Texts() is { } names ? new Projection(names)
                : throw CouchException.BadRequest("Selector error: fields must be JSON array"));
        }
        catch (DocumentStoreException failure)
        {
            throw CouchException.BadRequest(failure.Reason);
        }
    }

    /// <inheritdoc/>
    public override bool TryWrite(JsonOutput json, StoredDocument document)
    {
        if (fields is null)
            json.Document(document);
        else
            json.Raw(fields.Apply(document));
        return true;
    }

    protected override ValueTask<bool> SelectsAsync(StoredDocument document, CancellationToken cancellationToken) =>
        new(selector.Matches(document));
}
