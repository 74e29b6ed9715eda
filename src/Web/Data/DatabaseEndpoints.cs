using Cozy.Grains.Doctypes;
using Cozy.Grains.Permissions;
using Cozy.Storage.Documents;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Data;

/// <summary>A doctype's database as a whole: <c>/data/:doctype/</c>; and the list of the doctypes.</summary>
internal sealed class DatabaseEndpoints(GrainDocuments documents, IGrainFactory grains)
{
    private const string ListDoctype = "io.cozy.doctypes";

    /// <summary>Adds the routes.</summary>
    /// <param name="data">The group <c>/data</c>.</param>
    /// <param name="doctype">The group of one doctype in it.</param>
    public void Map(IEndpointRouteBuilder data, IEndpointRouteBuilder doctype)
    {
        data.MapGet("/_all_doctypes", (RequestDelegate)ListAsync).RequiresToken();
        doctype.MapGet("/", (RequestDelegate)DescribeAsync).Requires(Verbs.Get, Target.Doctype);
        doctype.MapPut("/", (RequestDelegate)CreateAsync).Requires(Verbs.Post, Target.Doctype);
        doctype.MapDelete("/", (RequestDelegate)DeleteAsync).Requires(Verbs.Delete, Target.Doctype);
    }

    private async Task ListAsync(HttpContext context)
    {
        if (!context.Caller().Permissions.AllowsAll(Verbs.Get, ListDoctype))
            throw ApiException.Forbidden();

        var doctypes = await grains.GetGrain<IDoctypeListGrain>(context.Instance().Id).ListAsync();
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.Json, doctypes.Where(Doctypes.IsReadable), static (json, doctypes) =>
        {
            json.WriteStartArray();
            foreach (var doctype in doctypes)
                json.WriteStringValue(doctype);
            json.WriteEndArray();
        });
    }

    private async Task DescribeAsync(HttpContext context)
    {
        DataRequest.RequireSlash(context);
        var database = DataRequest.Database(context);
        var info = await documents.GetInfoAsync(database) ?? throw DocumentStoreException.DatabaseMissing();
        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.Json, (database, info), static (json, facts) =>
        {
            json.WriteStartObject();
            json.WriteString("db_name", facts.database.ToString());
            json.WriteString("update_seq", facts.info.UpdateSequence);
            json.WriteStartObject("sizes");
            json.WriteNumber("file", facts.info.Bytes);
            json.WriteNumber("external", facts.info.Bytes);
            json.WriteNumber("active", facts.info.Bytes);
            json.WriteEndObject();
            json.WriteString("purge_seq", "0");
            json.WriteStartObject("other");
            json.WriteNumber("data_size", 0);
            json.WriteEndObject();
            json.WriteNumber("doc_del_count", facts.info.DeletedCount);
            json.WriteNumber("doc_count", facts.info.DocumentCount);
            json.WriteNumber("disk_size", 0);
            json.WriteNumber("disk_format_version", 8);
            json.WriteNumber("data_size", 0);
            json.WriteBoolean("compact_running", false);
            json.WriteString("instance_start_time", "0");
            json.WriteEndObject();
        });
    }

    private async Task CreateAsync(HttpContext context)
    {
        DataRequest.RequireSlash(context);
        if (!await documents.CreateDatabaseAsync(DataRequest.Database(context)))
        {
            throw new ApiException(ApiError.Proxied(
                412, "file_exists", "The database could not be created, the file already exists."));
        }

        await JsonAnswer.WriteAsync(context.Response, 201, JsonAnswer.Json, 0, static (json, _) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", true);
            json.WriteEndObject();
        });
    }

    private async Task DeleteAsync(HttpContext context)
    {
        DataRequest.RequireSlash(context);
        if (!await documents.DeleteDatabaseAsync(DataRequest.Database(context)))
            throw DocumentStoreException.DatabaseMissing();

        await JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.Json, 0, static (json, _) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", true);
            json.WriteBoolean("deleted", true);
            json.WriteEndObject();
        });
    }
}
