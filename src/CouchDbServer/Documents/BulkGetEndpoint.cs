using System.Text.Json;
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
        var given = Text(item, "rev");
        json.Raw("{\"id\":"u8).String(id).Raw(",\"docs\":["u8);
        try
        {
            var found = await ReadAsync(exchange, item, id, given);
            for (var i = 0; i < found.Count; i++)
            {
                if (i > 0)
                    json.Raw(","u8);
                if (found[i].Document is { } document)
                    json.Raw("{\"ok\":"u8).Document(document).Raw("}"u8);
                else
                    WriteError(json, id, found[i].Revision.ToString(), "not_found", "missing");
            }
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.InvalidDocument)
        {
            WriteError(json, id, given, failure.Error, failure.Reason);
        }
        catch (CouchException failure)
        {
            WriteError(json, id, given, failure.Error, failure.Reason);
        }

        json.Raw("]}"u8);
    }

    private static async Task<IReadOnlyList<LeafRead>> ReadAsync(
        Exchange exchange, JsonElement item, string? id, string? given)
    {
        if (item.ValueKind != JsonValueKind.Object || id is null)
            throw DocumentStoreException.Invalid("illegal_docid", "Document id must be a string");
        if (DocumentId.Check(id) is { } illegal)
            throw illegal;
        if (item.Member("rev") is { ValueKind: not JsonValueKind.String })
            throw CouchException.BadRequest("Invalid rev format");

        IReadOnlyList<Revision>? revisions = given is null ? null : [Revision.Parse(given)];
        var latest = exchange.Query.IsTrue("latest");
        var leaves = await exchange.Store.GetLeavesAsync(
            exchange.Database, id, revisions, latest, exchange.Query.IsTrue("revs"), exchange.Aborted);
        if (leaves is null or { Count: 0 })
            return revisions is null ? throw CouchException.Missing() : [new LeafRead(revisions[0], null)];
        return leaves;
    }

    private static void WriteError(JsonOutput json, string? id, string? revision, string error, string reason) =>
        json.Raw("{\"error\":{\"id\":"u8).String(id).Raw(",\"rev\":"u8).String(revision ?? "undefined")
            .Raw(",\"error\":"u8).String(error).Raw(",\"reason\":"u8).String(reason).Raw("}}"u8);

    private static string? Text(JsonElement item, string member) =>
        item.ValueKind == JsonValueKind.Object && item.Member(member) is { ValueKind: JsonValueKind.String } value
            ? value.Text()
            : null;
}
