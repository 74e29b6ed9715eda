using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cozy.CouchDbServer.Databases;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Listing;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Server;

/// <summary>The paths that belong to no database.</summary>
internal static class ServerEndpoints
{
    public static readonly Route Root = new("GET,HEAD", ("GET", WelcomeAsync));

    public static readonly Route Up = new("GET,HEAD", ("GET", UpAsync));

    public static readonly Route NewUuids = new("GET", ("GET", UuidsAsync));

    public static readonly Route AllDatabases = new("GET,HEAD", ("GET", AllDatabasesAsync));

    public static readonly Route DatabasesInfo =
        new("GET,HEAD,POST", ("GET", AllDatabasesInfoAsync), ("POST", DatabasesInfoAsync));

    public static readonly Route ActiveTasks = new("GET,HEAD", ("GET", ActiveTasksAsync));

    private static Task WelcomeAsync(Exchange exchange) => exchange.AnswerAsync(StatusCodes.Status200OK, json => json
        .Raw("{\"couchdb\":\"Welcome\",\"version\":\"3.5.0\",\"git_sha\":\"\",\"uuid\":"u8).String(exchange.Server.Identity)
        .Raw(",\"features\":[],\"vendor\":{\"name\":\"Cozy.Orleans\"}}"u8));

    private static async Task UpAsync(Exchange exchange)
    {
        await exchange.Server.Store.PingAsync(exchange.Aborted);
        await exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Raw("{\"status\":\"ok\",\"seeds\":{}}"u8));
    }

    private static Task ActiveTasksAsync(Exchange exchange) =>
        exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Raw("[]"u8));

    private static Task UuidsAsync(Exchange exchange)
    {
        const string Problem = "count must be a positive integer";
        var count = exchange.Query.Integer("count", Problem) ?? 1;
        if (count < 0)
            throw CouchException.BadRequest(Problem);
        if (count > 1000)
            throw CouchException.BadRequest("count parameter too large");

        var uuids = Enumerable.Range(0, count).Select(_ => Uuids.Next()).ToList();
        exchange.Http.Response.Headers.CacheControl = "must-revalidate, no-cache";
        exchange.Http.Response.Headers.ETag = $"\"{Uuids.Next()}\"";
        return exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Raw("{\"uuids\":"u8).Strings(uuids).Raw("}"u8));
    }

    private static async Task AllDatabasesAsync(Exchange exchange)
    {
        var names = await SelectAsync(exchange);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names)));
        exchange.Http.Response.Headers.ETag = $"\"{Convert.ToHexStringLower(digest.AsSpan(0, 16))}\"";
        await exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Strings(names));
    }

    private static async Task AllDatabasesInfoAsync(Exchange exchange) =>
        await AnswerInfosAsync(exchange, await SelectAsync(exchange));

    private static async Task DatabasesInfoAsync(Exchange exchange)
    {
        var body = JsonText.ParseObject(await exchange.ReadJsonBodyAsync());
        var keys = body.Member("keys") ?? throw CouchException.BadRequest("`keys` member must exist.");
        if (keys.ValueKind != JsonValueKind.Array)
            throw CouchException.BadRequest("`keys` member must be an array.");
        if (keys.GetArrayLength() > 100)
            throw CouchException.BadRequest("`keys` size must be smaller than 100.");

        await AnswerInfosAsync(
            exchange, keys.Texts() ?? throw CouchException.BadRequest("`keys` must be the names of databases."));
    }

    private static async Task AnswerInfosAsync(Exchange exchange, IReadOnlyList<string> names)
    {
        var infos = new List<(string Name, DatabaseInfo? Info)>(names.Count);
        foreach (var name in names)
        {
            var info = DatabaseNames.IsLegal(name)
                ? await exchange.Store.GetInfoAsync(DatabaseName.Parse(name), exchange.Aborted)
                : null;
            infos.Add((name, info));
        }

        await exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Array(infos, (json, item) =>
        {
            json.Raw("{\"key\":"u8).String(item.Name);
            if (item.Info is null)
                json.Raw(",\"error\":\"not_found\""u8);
            else
                DatabaseEndpoints.WriteInfo(
                    json.Raw(",\"info\":"u8), item.Name, item.Info, exchange.Server.Compactions.IsRunning(DatabaseName.Parse(item.Name)));
            json.Raw("}"u8);
        }));
    }

    private static async Task<IReadOnlyList<string>> SelectAsync(Exchange exchange)
    {
        var all = await exchange.Server.Store.ListDatabasesAsync(null, exchange.Aborted);
        var query = ListingOptions.Parse(exchange.Query).ToQuery();
        var comparison = StringComparer.Ordinal;
        IEnumerable<string> names = all.Select(name => name.ToString()).Order(comparison);
        if (query.Descending)
            names = names.Reverse();
        var sign = query.Descending ? -1 : 1;
        if (query.StartKey is { } start)
            names = names.Where(name => sign * comparison.Compare(name, start) >= 0);
        if (query.EndKey is { } end)
        {
            names = names.Where(name => sign * comparison.Compare(name, end) is var order
                && (order < 0 || (order == 0 && query.InclusiveEnd)));
        }

        return [.. names.Skip(query.Skip).Take(query.Limit ?? int.MaxValue)];
    }
}
