using System.Globalization;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Mango;

/// <summary><c>_index</c>: make, list, delete.</summary>
internal static class IndexEndpoints
{
    public static readonly Route Route = new("GET,POST", ("GET", ListAsync), ("POST", CreateAsync));

    public static readonly Route BulkDelete = new("POST", ("POST", BulkDeleteAsync));

    /// <summary><c>DELETE /{db}/_index/{design}/{type}/{name}</c>; the design document may be written in two segments.</summary>
    public static async Task DeleteAsync(Exchange exchange)
    {
        var rest = exchange.Target.Segments.Skip(2).ToList();
        if (rest is ["_design", { } design, _, _])
            rest = [DocumentId.DesignPrefix + design, .. rest[2..]];
        if (rest is not [{ } document, { } type, { } name])
            throw CouchException.Missing();
        if (!HttpMethods.IsDelete(exchange.Method))
            throw CouchException.MethodNotAllowed("DELETE");
        if (type != "json" || !await exchange.Store.DeleteIndexAsync(exchange.Database, DesignId(document), name, exchange.Aborted))
            throw CouchException.Missing();
        exchange.Protocol.Signals.Raise(exchange.Database);
        await exchange.AnswerOkAsync();
    }

    private static async Task ListAsync(Exchange exchange)
    {
        var indexes = await exchange.Store.ListIndexesAsync(exchange.Database, exchange.Aborted);
        var limit = Number(exchange, "limit", least: 1) ?? indexes.Count;
        var skip = Number(exchange, "skip", least: 0) ?? 0;
        await exchange.AnswerAsync(StatusCodes.Status200OK, json => json
            .Raw("{\"total_rows\":"u8).Number(indexes.Count)
            .Raw(",\"indexes\":"u8).Array(indexes.Skip(skip).Take(limit), static (json, index) => json.Value(index.WriteTo))
            .Raw("}"u8));
    }

    private static async Task CreateAsync(Exchange exchange)
    {
        var request = IndexRequest.Parse((await exchange.ReadJsonBodyAsync()).Span, exchange.Protocol.Limits.Queries);
        var made = await exchange.Store.CreateIndexAsync(exchange.Database, request, exchange.Aborted);
        exchange.Protocol.Signals.Raise(exchange.Database);
        await exchange.AnswerAsync(StatusCodes.Status200OK, json => json
            .Raw("{\"result\":"u8).String(made.Created ? "created" : "exists")
            .Raw(",\"id\":"u8).String(made.DesignDocument)
            .Raw(",\"name\":"u8).String(made.Name).Raw("}"u8));
    }

    private static async Task BulkDeleteAsync(Exchange exchange)
    {
        var body = JsonText.ParseObject(await exchange.ReadJsonBodyAsync());
        var ids = DesignDocuments(body);
        var indexes = await exchange.Store.ListIndexesAsync(exchange.Database, exchange.Aborted);
        var deleted = new List<string>();
        var failed = new List<string>();
        foreach (var id in ids)
        {
            // Of a document with several indexes CouchDB deletes none.
            var names = indexes.Where(index => index.DesignDocument == id).Select(index => index.Name).ToList();
            var done = names.Count == 1 && await exchange.Store.DeleteIndexAsync(exchange.Database, id, names[0], exchange.Aborted);
            (done ? deleted : failed).Insert(0, id);
        }

        exchange.Protocol.Signals.Raise(exchange.Database);
        await exchange.AnswerAsync(StatusCodes.Status200OK, json => json
            .Raw("{\"success\":"u8).Array(deleted, static (json, id) => json.Raw("{\"id\":"u8).String(id).Raw(",\"ok\":true}"u8))
            .Raw(",\"fail\":"u8).Array(failed, static (json, id) => json.Raw("{\"id\":"u8).String(id).Raw(",\"error\":\"not_found\"}"u8))
            .Raw("}"u8));
    }

    private static List<string> DesignDocuments(JsonElement body)
    {
        if (body.Member("docids") is not { } ids)
            throw new CouchException(StatusCodes.Status400BadRequest, "missing_required_key", "Missing required key: docids");
        return ids.Texts()?.ConvertAll(DesignId) ?? throw new CouchException(
            StatusCodes.Status400BadRequest, "invalid_bulk_docs", "Bulk Delete requires an array of non-null docids.");
    }

    private static int? Number(Exchange exchange, string name, int least) =>
        exchange.Query[name] is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least ? number
        : throw new CouchException(
            StatusCodes.Status400BadRequest, "invalid_list_index_params", "Index parameter ranges: limit > 1, skip > 0");

    private static string DesignId(string name) =>
        name.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal) ? name : DocumentId.DesignPrefix + name;
}
