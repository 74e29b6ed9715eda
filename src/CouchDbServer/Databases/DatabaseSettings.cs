using System.Text;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Databases;

/// <summary>
/// <c>_security</c> and <c>_purged_infos_limit</c>: settings that travel with the database, kept as local documents
/// whose ids no request can name. Nothing is granted by them: there is one account and it may do everything.
/// </summary>
internal static class DatabaseSettings
{
    /// <summary>Begins the ids of the server's own local documents.</summary>
    public const char ReservedPrefix = '\u0001';

    public static readonly Route Security = new("PUT,GET", ("GET", GetSecurityAsync), ("PUT", PutSecurityAsync));

    public static readonly Route PurgedInfosLimit =
        new("PUT,GET", ("GET", GetPurgedInfosLimitAsync), ("PUT", PutPurgedInfosLimitAsync));

    public static readonly Route RevisionsLimit =
        new("PUT,GET", ("GET", GetRevisionsLimitAsync), ("PUT", PutRevisionsLimitAsync));

    private const string SecurityId = "\u0001security";
    private const string PurgedInfosLimitId = "\u0001purged_infos_limit";
    private const int DefaultLimit = 1000;

    private static ReadOnlySpan<byte> DefaultSecurity =>
        "{\"members\":{\"roles\":[\"_admin\"]},\"admins\":{\"roles\":[\"_admin\"]}}"u8;

    private static async Task GetSecurityAsync(Exchange exchange)
    {
        var stored = await ReadAsync(exchange, SecurityId);
        await exchange.AnswerAsync(StatusCodes.Status200OK, json =>
            json.Raw(stored is null ? DefaultSecurity : Encoding.UTF8.GetBytes(stored)));
    }

    private static async Task PutSecurityAsync(Exchange exchange)
    {
        var body = JsonText.ParseObject(await exchange.ReadBodyAsync());
        foreach (var group in new[] { "admins", "members", "readers" })
        {
            if (body.Member(group) is { } people && !IsGroup(people))
                throw CouchException.BadRequest($"`{group}` must be an object with lists of strings.");
        }

        await WriteAsync(exchange, SecurityId, body);
        await exchange.AnswerOkAsync();
    }

    private static bool IsGroup(JsonElement people) =>
        people.ValueKind == JsonValueKind.Object
        && (people.Member("names") is not { } names || names.Texts() is not null)
        && (people.Member("roles") is not { } roles || roles.Texts() is not null);

    private static async Task GetPurgedInfosLimitAsync(Exchange exchange)
    {
        var stored = await ReadAsync(exchange, PurgedInfosLimitId);
        await exchange.AnswerAsync(StatusCodes.Status200OK, json =>
            json.Raw(Encoding.UTF8.GetBytes(stored ?? "1000")));
    }

    private static async Task PutPurgedInfosLimitAsync(Exchange exchange)
    {
        var body = JsonText.Parse(await exchange.ReadBodyAsync());
        if (body.ValueKind != JsonValueKind.Number || !body.TryGetInt32(out var limit) || limit <= 0)
            throw CouchException.BadRequest("`purged_infos_limit` must be positive integer");

        await WriteAsync(exchange, PurgedInfosLimitId, body);
        await exchange.AnswerOkAsync();
    }

    private static Task GetRevisionsLimitAsync(Exchange exchange) =>
        exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Number(DefaultLimit));

    private static async Task PutRevisionsLimitAsync(Exchange exchange)
    {
        var body = JsonText.Parse(await exchange.ReadBodyAsync());
        if (body.ValueKind != JsonValueKind.Number || !body.TryGetInt32(out var limit) || limit <= 0)
            throw CouchException.BadRequest("`revs_limit` must be positive integer");
        if (limit != DefaultLimit)
            throw CouchException.NotImplemented("This store keeps 1000 revisions of a document; the limit cannot be changed.");
        await exchange.AnswerOkAsync();
    }

    private static async Task<string?> ReadAsync(Exchange exchange, string id)
    {
        var stored = await exchange.Store.GetLocalAsync(exchange.Database, id, exchange.Aborted);
        return stored is null
            ? null
            : JsonText.Parse(Encoding.UTF8.GetBytes($"{{{Encoding.UTF8.GetString(stored.Members.Span)}}}"))
                .GetProperty("value").GetRawText();
    }

    private static async Task WriteAsync(Exchange exchange, string id, JsonElement value)
    {
        var current = await exchange.Store.GetLocalAsync(exchange.Database, id, exchange.Aborted);
        var members = Encoding.UTF8.GetBytes($"\"value\":{value.GetRawText()}");
        await exchange.Store.PutLocalAsync(exchange.Database, id, current?.Revision, members, exchange.Aborted);
    }
}
