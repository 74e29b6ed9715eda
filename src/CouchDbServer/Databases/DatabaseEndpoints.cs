using System.Globalization;
using Cozy.CouchDbServer.Documents;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Databases;

/// <summary><c>/{db}</c>: create, describe and delete a database, and add a document without saying its id.</summary>
internal static class DatabaseEndpoints
{
    public static readonly Route Route = new(
        "DELETE,GET,HEAD,POST",
        ("GET", DescribeAsync), ("DELETE", DeleteAsync), ("POST", DocumentWriteEndpoints.PostAsync));

    public static async Task CreateAsync(Exchange exchange)
    {
        if (!await exchange.Server.Databases.CreateAsync(exchange.Database, exchange.Aborted))
        {
            throw new CouchException(
                StatusCodes.Status412PreconditionFailed,
                "file_exists",
                "The database could not be created, the file already exists.");
        }

        exchange.Http.Response.Headers.Location = exchange.Address(exchange.Database.ToString());
        await exchange.AnswerOkAsync(StatusCodes.Status201Created);
    }

    public static void WriteInfo(JsonOutput json, string name, DatabaseInfo info, bool isCompacting)
    {
        var created = info.Created.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        json.Raw("{\"instance_start_time\":"u8).String(created).Raw(",\"db_name\":"u8).String(name);
        json.Raw(",\"purge_seq\":"u8).String(info.PurgeSequence).Raw(",\"update_seq\":"u8).String(info.UpdateSequence);
        json.Raw(",\"sizes\":{\"file\":"u8).Number(info.Bytes).Raw(",\"external\":"u8).Number(info.Bytes);
        json.Raw(",\"active\":"u8).Number(info.Bytes).Raw("},\"props\":{},\"doc_del_count\":"u8).Number(info.DeletedCount);
        json.Raw(",\"doc_count\":"u8).Number(info.DocumentCount);
        json.Raw(",\"disk_format_version\":8,\"compact_running\":"u8).Boolean(isCompacting).Raw(",\"cluster\":{\"q\":1,\"n\":1,\"w\":1,\"r\":1}}"u8);
    }

    private static async Task DescribeAsync(Exchange exchange)
    {
        var info = await exchange.Store.GetInfoAsync(exchange.Database, exchange.Aborted)
            ?? throw CouchException.DatabaseMissing();
        await exchange.AnswerAsync(
            StatusCodes.Status200OK, json => WriteInfo(
                json, exchange.Database.ToString(), info, exchange.Server.Compactions.IsRunning(exchange.Database)));
    }

    private static async Task DeleteAsync(Exchange exchange)
    {
        if (exchange.Query["rev"] is not null)
        {
            throw CouchException.BadRequest(
                "You tried to DELETE a database with a ?=rev parameter. Did you mean to DELETE a document instead?");
        }

        if (!await exchange.Server.Databases.DeleteAsync(exchange.Database, exchange.Aborted))
            throw CouchException.DatabaseMissing();
        exchange.Server.Validations.Forget(exchange.Database);
        exchange.Protocol.Signals.Raise(exchange.Database);
        await exchange.AnswerOkAsync();
    }
}
