using System.Buffers;
using System.Globalization;
using System.Text;
using Cozy.Grains.Permissions;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Data.Queries;

/// <summary>Mango: <c>/data/:doctype/_find</c> and <c>_index</c>. A query that no index serves is refused.</summary>
internal sealed class QueryEndpoints(GrainDocuments documents, IOptions<WebOptions> options, IOptions<MangoLimits> limits)
{
    private const string NoTextIndex = "required index service unavailable";

    private readonly WebOptions _options = options.Value;
    private readonly MangoLimits _limits = limits.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder doctype)
    {
        doctype.MapPost("/_find", (RequestDelegate)FindAsync).Requires(Verbs.Get, Target.Doctype);

        // An app that may read makes the indexes that it reads with.
        doctype.MapPost("/_index", (RequestDelegate)CreateIndexAsync).Requires(Verbs.Get, Target.Doctype);
    }

    private async Task FindAsync(HttpContext context)
    {
        var (body, limit) = FindBody.Read(await JsonBody.ReadAsync(context, _options));
        var query = FindQuery.Parse(body.Span, _limits) with { Limit = limit, RequireIndex = true };
        var found = await FindAsync(context, query);
        context.Response.ContentType = JsonAnswer.Json;
        var output = context.Response.BodyWriter;
        output.Write("{\"docs\":["u8);
        for (var i = 0; i < found.Documents.Count; i++)
        {
            output.Write(i > 0 ? ","u8 : ""u8);
            output.Write(found.Documents[i].Span);
        }

        output.Write("],\"limit\":"u8);
        output.WriteNumber(limit);
        output.Write(found.Documents.Count >= limit ? ",\"next\":true,\"bookmark\":"u8 : ",\"next\":false,\"bookmark\":"u8);
        output.WriteString(found.Bookmark is null or "nil" ? "" : found.Bookmark);
        if (found.Statistics is { } statistics)
            WriteStatistics(output, statistics);
        if (found.Warning is { } warning)
        {
            output.Write(",\"warning\":"u8);
            output.WriteString(warning);
        }

        output.Write("}"u8);
        await output.FlushAsync(context.RequestAborted);
    }

    private async Task<FindResult> FindAsync(HttpContext context, FindQuery query)
    {
        try
        {
            return await documents.FindAsync(DataRequest.Database(context), query, context.RequestAborted);
        }
        catch (DocumentStoreException failure) when (failure.Error == "no_index")
        {
            // The words by which clients know that they have to make an index.
            throw new ApiException(ApiError.Couch(400, failure.Error, "no matching index found, create an index"));
        }
    }

    private async Task CreateIndexAsync(HttpContext context)
    {
        var made = await documents.CreateIndexAsync(DataRequest.Database(context), await ReadIndexAsync(context));
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.Json, made, static (json, made) =>
        {
            json.WriteStartObject();
            json.WriteString("result", made.Created ? "created" : "exists");
            json.WriteString("id", made.DesignDocument);
            json.WriteString("name", made.Name);
            json.WriteEndObject();
        });
    }

    private async Task<IndexRequest> ReadIndexAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, _options);
        try
        {
            return IndexRequest.Parse(body, _limits);
        }
        catch (DocumentStoreException failure) when (failure.Error == NoTextIndex)
        {
            throw new ApiException(ApiError.Couch(503, failure.Error, failure.Reason));
        }
    }

    private static void WriteStatistics(IBufferWriter<byte> output, FindStatistics statistics)
    {
        output.Write(",\"execution_stats\":{\"total_keys_examined\":"u8);
        output.WriteNumber(statistics.KeysExamined);
        output.Write(",\"total_docs_examined\":"u8);
        output.WriteNumber(statistics.DocumentsExamined);
        output.Write(",\"results_returned\":"u8);
        output.WriteNumber(statistics.ResultsReturned);
        output.Write(",\"execution_time_ms\":"u8);
        output.Write(Encoding.ASCII.GetBytes(statistics.Milliseconds.ToString("0.0##", CultureInfo.InvariantCulture)));
        output.Write("}"u8);
    }
}
