using System.Text;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Databases;

/// <summary>
/// <c>_security</c> and <c>_purged_infos_limit</c>: settings that travel with the database, kept as local documents
/// whose ids no request can name.
/// </summary>
internal static class DatabaseSettings
{
    /// <summary>Begins the ids of the server's own local documents.</summary>
    public const char ReservedPrefix = LocalDocument.SettingPrefix;

    public static readonly Route Security = new("PUT,GET", ("GET", GetSecurityAsync), ("PUT", PutSecurityAsync));

    public static readonly Route PurgedInfosLimit =
        new("PUT,GET", ("GET", GetPurgedInfosLimitAsync), ("PUT", PutPurgedInfosLimitAsync));

    public static readonly Route RevisionsLimit =
        new("PUT,GET", ("GET", GetRevisionsLimitAsync), ("PUT", PutRevisionsLimitAsync));

    private const string SecurityId = "\u0001security";
    private const string PurgedInfosLimitId = "\u0001purged_infos_limit";

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

    private static async Task GetRevisionsLimitAsync(Exchange exchange)
    {
        var limit = await exchange.Server.Store.GetRevisionsLimitAsync(exchange.Database, exchange.Aborted);
        await exchange.AnswerAsync(StatusCodes.Status200OK, json => json.Number(limit));
    }

    private static async Task PutRevisionsLimitAsync(Exchange exchange)
    {
        var body = JsonText.Parse(await exchange.ReadBodyAsync());
        if (body.ValueKind != JsonValueKind.Number || !body.TryGetInt32(out var limit) || limit <= 0)
            throw CouchException.BadRequest("`revs_limit` must be positive integer");
        await exchange.Server.Store.SetRevisionsLimitAsync(exchange.Database, limit, exchange.Aborted);
        await exchange.AnswerOkAsync();
    }

    /// <summary>What was stored as <c>_security</c>; null when nothing was.</summary>
    public static Task<JsonElement?> ReadSecurityAsync(
        IDocumentAccess store, DatabaseName database, CancellationToken cancellationToken) =>
        ReadAsync(store, database, SecurityId, cancellationToken);

    /// <summary>The database's <c>_security</c> as JSON: what was set, or the default.</summary>
    public static async Task<string> SecurityTextAsync(Exchange exchange) =>
        await ReadAsync(exchange, SecurityId) ?? Encoding.UTF8.GetString(DefaultSecurity);

    private static async Task<string?> ReadAsync(Exchange exchange, string id) =>
        (await ReadAsync(exchange.Store, exchange.Database, id, exchange.Aborted))?.GetRawText();

    private static async Task<JsonElement?> ReadAsync(
        IDocumentAccess store, DatabaseName database, string id, CancellationToken cancellationToken) =>
        await store.GetLocalAsync(database, id, cancellationToken) is { } stored
            ? JsonText.Parse(Encoding.UTF8.GetBytes($"{{{Encoding.UTF8.GetString(stored.Members.Span)}}}")).GetProperty("value")
            : null;

    private static async Task WriteAsync(Exchange exchange, string id, JsonElement value)
    {
        var current = await exchange.Store.GetLocalAsync(exchange.Database, id, exchange.Aborted);
        var members = Encoding.UTF8.GetBytes($"\"value\":{value.GetRawText()}");
        await exchange.Store.PutLocalAsync(exchange.Database, id, current?.Revision, members, exchange.Aborted);
    }
}
