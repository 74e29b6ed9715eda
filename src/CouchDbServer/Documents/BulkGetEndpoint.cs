using System.Text;
using System.Text.Json;
using Cozy.CouchDbServer.Attachments;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Documents;

/// <summary><c>POST /{db}/_bulk_get</c>: the revisions a replicator found missing, in one request.</summary>
internal static class BulkGetEndpoint
{
    public static readonly Route Route = new("POST", ("POST", PostAsync));

    private static async Task PostAsync(Exchange exchange)
    {
        var body = JsonText.ParseObject(await exchange.ReadJsonBodyAsync());
        var wanted = body.Member("docs") ?? throw CouchException.BadRequest("Missing JSON list of 'docs'.");
        if (wanted.ValueKind != JsonValueKind.Array)
            throw CouchException.BadRequest("Missing JSON list of 'docs'.");

        var json = exchange.StartStream();
        json.Raw("{\"results\":["u8);
        var first = true;
        foreach (var item in wanted.EnumerateArray())
        {
            if (!first)
                json.Raw(","u8);
            first = false;
            await WriteItemAsync(exchange, json, item);
            await exchange.FlushAsync();
        }

        json.Raw("]}\n"u8);
        await exchange.FlushAsync();
    }

    private static async Task WriteItemAsync(Exchange exchange, JsonOutput json, JsonElement item)
    {
        var id = Text(item, "id");
        json.Raw("{\"id\":"u8).String(id).Raw(",\"docs\":["u8);
        try
        {
            var (found, attachments) = await ReadAsync(exchange, item, id);
            var showRevisions = exchange.Query.IsTrue("revs");
            for (var i = 0; i < found.Count; i++)
            {
                if (i > 0)
                    json.Raw(","u8);
                if (found[i].Document is { } document)
                {
                    json.Raw("{\"ok\":"u8);
                    var shown = showRevisions ? document : document with { Details = null };
                    await AttachmentOutput.WriteDocumentAsync(exchange, json, shown, attachments.For(document));
                    json.Raw("}"u8);
                }
                else
                {
                    WriteError(json, id, Quoted(found[i].Revision.ToString()), "not_found", "missing");
                }
            }
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.InvalidDocument)
        {
            WriteError(json, id, GivenRevision(item), failure.Error, failure.Reason);
        }
        catch (CouchException failure)
        {
            var isMissing = failure.Error == "not_found";
            WriteError(json, id, isMissing ? "\"undefined\"" : GivenRevision(item), failure.Error, failure.Reason);
        }

        json.Raw("]}"u8);
    }

    private static async Task<(IReadOnlyList<LeafRead> Found, AttachmentOptions Attachments)> ReadAsync(
        Exchange exchange, JsonElement item, string? id)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.EnumerateObject().Any())
            throw CouchException.BadRequest("document must be a JSON object");
        if (item.Member("id") is null)
            throw CouchException.BadRequest("document id missed");
        if (id is null)
            throw DocumentStoreException.Invalid("illegal_docid", "Document id must be a string");
        if (DocumentId.Check(id) is { } illegal)
            throw illegal;
        if (item.Member("rev") is { ValueKind: not JsonValueKind.String })
            throw CouchException.BadRequest("Invalid rev format");

        var attachments = AttachmentOptions.Parse(exchange.Query);
        if (item.Member("atts_since")?.Texts() is { Count: > 0 } since)
            attachments = attachments with { Since = since.ConvertAll(Revision.Parse) };
        var given = Text(item, "rev");
        IReadOnlyList<Revision>? revisions = given is null ? null : [Revision.Parse(given)];
        var latest = exchange.Query.IsTrue("latest");
        var leaves = await exchange.Store.GetLeavesAsync(
            exchange.Database, id, revisions, latest, exchange.Query.IsTrue("revs") || attachments.Since is not null, exchange.Aborted);
        if (leaves is null or { Count: 0 })
            leaves = revisions is null ? throw CouchException.Missing() : [new LeafRead(revisions[0], null)];
        return ([.. leaves.OrderBy(leaf => leaf.Document is null).ThenBy(leaf => leaf.Place)], attachments);
    }

    /// <summary>The revision an item names, as it was sent; nothing is told of one without an id.</summary>
    private static string GivenRevision(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.Member("id") is not null && item.Member("rev") is { } revision
            ? revision.GetRawText()
            : "null";

    private static void WriteError(JsonOutput json, string? id, string revision, string error, string reason) =>
        json.Raw("{\"error\":{\"id\":"u8).String(id).Raw(",\"rev\":"u8).Raw(Encoding.UTF8.GetBytes(revision))
            .Raw(",\"error\":"u8).String(error).Raw(",\"reason\":"u8).String(reason).Raw("}}"u8);

    private static string Quoted(string revision) => JsonSerializer.Serialize(revision);

    private static string? Text(JsonElement item, string member) =>
        item.ValueKind == JsonValueKind.Object && item.Member(member) is { ValueKind: JsonValueKind.String } value
            ? value.Text()
            : null;
}
