using System.Globalization;
using Cozy.CouchDbServer.Databases;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Documents;

/// <summary>Documents below <c>_local/</c>: replicators keep their checkpoints there.</summary>
internal static class LocalDocumentEndpoints
{
    private const string NoRevision = "0-0";

    /// <summary><c>GET /{db}/_local/{id}</c>.</summary>
    public static async Task GetAsync(Exchange exchange, string id)
    {
        CheckId(id);
        var document = await exchange.Store.GetLocalAsync(exchange.Database, id, exchange.Aborted);
        var wanted = exchange.Query["rev"];
        if (document is null || exchange.Query["open_revs"] is not null || (wanted is not null && wanted != document.Revision))
            throw CouchException.Missing();

        exchange.Http.Response.Headers.ETag = $"\"{document.Revision}\"";
        await exchange.AnswerAsync(
            StatusCodes.Status200OK, json => json.Document(document, exchange.Query.IsTrue("revs")));
    }

    /// <summary>Writes or deletes a local document and returns the revision to answer with.</summary>
    public static async Task<string> WriteAsync(Exchange exchange, WriteRequest write, bool newEdits)
    {
        CheckId(write.LocalId);
        if (write.Revision is not null && Revision.Parse(write.Revision).Generation != 0)
            throw CouchException.BadRequest("Invalid rev format");

        if (write.Deleted)
        {
            await exchange.Store.DeleteLocalAsync(exchange.Database, write.LocalId, exchange.Aborted);
            return NoRevision;
        }

        if (write.Revision is not null && !IsCounter(write.Revision))
            throw CouchException.BadRequest("Invalid rev format");
        var revision = await exchange.Store.PutLocalAsync(
            exchange.Database, write.LocalId, write.Revision, write.Members, exchange.Aborted);
        return newEdits ? revision : write.Revision ?? revision;
    }

    /// <summary>Some ids are the server's own.</summary>
    private static void CheckId(string id)
    {
        if (id.Length == 0 || id[0] == DatabaseSettings.ReservedPrefix)
            throw CouchException.BadRequest("Invalid _local document id.");
    }

    private static bool IsCounter(string revision) =>
        long.TryParse(revision.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
