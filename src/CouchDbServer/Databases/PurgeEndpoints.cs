using Cozy.CouchDbServer.Documents;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Validation;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Databases;

/// <summary><c>_purge</c> and <c>_purged_infos</c>: revisions that go without leaving a tombstone.</summary>
internal static class PurgeEndpoints
{
    public static readonly Route Purge = new("POST", ("POST", PurgeAsync));

    public static readonly Route PurgedInfos = new("GET", ("GET", ListAsync));

    private static async Task PurgeAsync(Exchange exchange)
    {
        var wanted = RevisionsDiffEndpoints.Parse(JsonText.ParseObject(await exchange.ReadJsonBodyAsync()));
        var purged = await exchange.Server.Store.PurgeAsync(exchange.Database, wanted, exchange.Aborted);
        DocumentValidation.Forget(exchange, purged.Keys);
        exchange.Server.Signals.Raise(exchange.Database);
        await exchange.AnswerAsync(StatusCodes.Status201Created, json =>
        {
            json.Raw("{\"purge_seq\":null,\"purged\":"u8);
            RevisionsDiffEndpoints.WriteMembers(
                json, purged, static (json, revisions) => json.Strings(revisions.Select(revision => revision.ToString())));
            json.Raw("}"u8);
        });
    }

    private static async Task ListAsync(Exchange exchange)
    {
        var records = await exchange.Server.Store.ListPurgesAsync(exchange.Database, exchange.Aborted);
        await exchange.AnswerAsync(StatusCodes.Status200OK, json =>
        {
            json.Raw("{\"purged_infos\":"u8).Array(records, static (json, record) =>
            {
                json.Raw("{\"id\":"u8).String(record.Id).Raw(",\"revs\":"u8);
                json.Strings(record.Revisions.Select(revision => revision.ToString())).Raw("}"u8);
            });
            json.Raw("}"u8);
        });
    }
}
