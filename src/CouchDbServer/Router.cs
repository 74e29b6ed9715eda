using Cozy.CouchDbServer.Changes;
using Cozy.CouchDbServer.Databases;
using Cozy.CouchDbServer.Documents;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Listing;
using Cozy.CouchDbServer.Mango;
using Cozy.CouchDbServer.Security;
using Cozy.CouchDbServer.Server;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer;

/// <summary>Finds what serves a path.</summary>
internal static class Router
{
    private static readonly Dictionary<string, Route> ServerRoutes = new(StringComparer.Ordinal)
    {
        ["_up"] = ServerEndpoints.Up,
        ["_uuids"] = ServerEndpoints.NewUuids,
        ["_session"] = SessionEndpoints.Route,
        ["_all_dbs"] = ServerEndpoints.AllDatabases,
        ["_dbs_info"] = ServerEndpoints.DatabasesInfo,
        ["_active_tasks"] = ServerEndpoints.ActiveTasks,
    };

    /// <summary>By what stands behind the name of the database.</summary>
    private static readonly Dictionary<string, Route> DatabaseRoutes = new(StringComparer.Ordinal)
    {
        ["_all_docs"] = ListingEndpoints.AllDocuments,
        ["_all_docs/queries"] = ListingEndpoints.AllDocumentsQueries,
        ["_design_docs"] = ListingEndpoints.DesignDocuments,
        ["_design_docs/queries"] = ListingEndpoints.DesignDocumentsQueries,
        ["_local_docs"] = LocalListing.Route,
        ["_local_docs/queries"] = LocalListing.Queries,
        ["_changes"] = ChangesEndpoints.Route,
        ["_bulk_docs"] = BulkDocsEndpoint.Route,
        ["_bulk_get"] = BulkGetEndpoint.Route,
        ["_revs_diff"] = RevisionsDiffEndpoints.Diff,
        ["_missing_revs"] = RevisionsDiffEndpoints.Missing,
        ["_revs_limit"] = DatabaseSettings.RevisionsLimit,
        ["_purged_infos_limit"] = DatabaseSettings.PurgedInfosLimit,
        ["_security"] = DatabaseSettings.Security,
        ["_compact"] = MaintenanceEndpoints.Compact,
        ["_view_cleanup"] = MaintenanceEndpoints.ViewCleanup,
        ["_ensure_full_commit"] = MaintenanceEndpoints.EnsureFullCommit,
        ["_index"] = IndexEndpoints.Route,
        ["_index/_bulk_delete"] = IndexEndpoints.BulkDelete,
        ["_purge"] = PurgeEndpoints.Purge,
        ["_purged_infos"] = PurgeEndpoints.PurgedInfos,
    };

    /// <summary>Whether anybody may ask, with credentials or without.</summary>
    public static bool IsPublic(RequestTarget target) => target.Segments is [] or ["_up" or "_session"];

    public static async Task RouteAsync(HttpContext http, ServerContext server, RequestTarget target, string? user)
    {
        var segments = target.Segments;
        var exchange = new Exchange(http, server, target) { User = user, FeedsEnd = server.Stopping };
        if (segments.Count == 0)
            await ServerEndpoints.Root.InvokeAsync(exchange);
        else if (segments.Count == 1 && segments[0] is { } name && ServerRoutes.TryGetValue(name, out var route))
            await route.InvokeAsync(exchange);
        else
            await RouteDatabaseAsync(http, server, target, user);
    }

    private static async Task RouteDatabaseAsync(HttpContext http, ServerContext server, RequestTarget target, string? user)
    {
        var name = target.Segments[0] ?? "";
        var creates = target.Segments.Count == 1 && HttpMethods.IsPut(http.Request.Method);
        if (!DatabaseNames.IsLegal(name))
            throw creates ? DatabaseNames.Illegal(name) : CouchException.DatabaseMissing();

        var exchange = new Exchange(http, server, target)
        {
            User = user,
            Database = DatabaseName.Parse(name),
            FeedsEnd = server.Stopping,
        };
        if (creates)
        {
            await DatabaseEndpoints.CreateAsync(exchange);
            return;
        }

        await server.Databases.RequireAsync(exchange.Database, http.RequestAborted);
        if (target.Segments.Count == 1)
            await DatabaseEndpoints.Route.InvokeAsync(exchange);
        else if (target.Rest(1) is { } rest && DatabaseRoutes.TryGetValue(rest, out var route))
            await route.InvokeAsync(exchange);
        else if (target.Segments is [_, "_find", ..])
            await MangoEndpoints.Find.InvokeAsync(exchange);
        else if (target.Segments is [_, "_explain", ..])
            await MangoEndpoints.Explain.InvokeAsync(exchange);
        else if (target.Segments is [_, "_index", ..])
            await IndexEndpoints.DeleteAsync(exchange);
        else if (target.Segments is [_, "_compact", { } design])
            await MaintenanceEndpoints.CompactViewsAsync(exchange, design);
        else
            await DocumentRouter.RouteAsync(exchange);
    }
}
