using System.Text.Json;
using Cozy.CouchDbServer.Databases;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Security;

/// <summary>
/// What may be done without credentials: in a database whose <c>_security</c> names no members (the default names
/// administrators) everybody may read, and write documents that are not design documents, as in CouchDB.
/// </summary>
internal static class PublicAccess
{
    private static readonly string[] AdminPaths =
        ["_compact", "_view_cleanup", "_purge", "_purged_infos", "_purged_infos_limit", "_revs_limit", "_index", "_ensure_full_commit"];

    /// <summary>Lets a request without credentials pass, or says what it lacks.</summary>
    /// <exception cref="CouchException">It needs an account.</exception>
    public static async Task RequireAsync(HttpContext http, ServerContext server, RequestTarget target)
    {
        var method = http.Request.Method;
        if (target.Segments is not [{ } name, ..] || name.StartsWith('_') || !DatabaseNames.IsLegal(name)
            || (target.Segments.Count == 1 && (HttpMethods.IsPut(method) || HttpMethods.IsDelete(method))))
        {
            throw Unauthorized("You are not a server admin.");
        }

        if (!await IsOpenAsync(server, DatabaseName.Parse(name), http.RequestAborted))
            throw Unauthorized("You are not authorized to access this db.");
        var isRead = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        if (target.Segments.Count > 1 && !isRead && (AdminPaths.Contains(target.Segments[1]) || target.Segments[1] == "_security"))
            throw Unauthorized("You are not a server or db admin.");
    }

    /// <summary>Refuses to let everybody write a design document.</summary>
    public static void CheckWrite(Exchange exchange, string id)
    {
        if (exchange.User is null && exchange.Protocol is ServerContext && id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal))
            throw Unauthorized("You are not a db or server admin.");
    }

    private static async Task<bool> IsOpenAsync(ServerContext server, DatabaseName database, CancellationToken cancellationToken)
    {
        try
        {
            return await DatabaseSettings.ReadSecurityAsync(server.Store, database, cancellationToken) is { } security
                && NamesNobody(security, "members") && NamesNobody(security, "readers");
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            // Who may not know what there is learns nothing from this either.
            return false;
        }
    }

    private static bool NamesNobody(JsonElement security, string group) =>
        security.Member(group) is not { } people
        || (IsEmpty(people.Member("names")) && IsEmpty(people.Member("roles")));

    private static bool IsEmpty(JsonElement? list) => list is null || list.Value.GetArrayLength() == 0;

    private static CouchException Unauthorized(string reason) =>
        new(StatusCodes.Status401Unauthorized, "unauthorized", reason);
}
