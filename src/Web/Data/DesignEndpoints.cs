using System.Collections.Frozen;
using Cozy.CouchDbServer;
using Cozy.Grains.Permissions;
using Cozy.Storage.Documents;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Data;

/// <summary>
/// Design documents, which hold the indexes: <c>/data/:doctype/_design/:name</c>. An app that may read a doctype makes the
/// indexes it reads with, so reading is also enough to copy and delete them.
/// </summary>
internal sealed class DesignEndpoints(CouchProtocol protocol, GrainDocuments documents)
{
    private const int NameSegment = 3;

    /// <summary>The indexes that the server itself reads with.</summary>
    private static readonly FrozenSet<(string Doctype, string Name)> OwnIndexes = new[]
    {
        ("io.cozy.files", "dir-children"), ("io.cozy.files", "dir-by-path"), ("io.cozy.files", "by-mime-updated-at"),
        ("io.cozy.files", "with-conflicts"), ("io.cozy.files", "by-sharing-status"), ("io.cozy.files", "by-dir-id-updated-at"),
        ("io.cozy.files", "disk-usage"), ("io.cozy.files", "not-synchronized-on"), ("io.cozy.files", "referenced-by"),
        ("io.cozy.files", "referenced-by-sorted-by-datetime"), ("io.cozy.files", "by-parent-type-name"),
        ("io.cozy.files.versions", "old-versions-disk-usage"), ("io.cozy.jobs", "by-worker-and-state"),
        ("io.cozy.jobs", "by-trigger-id"), ("io.cozy.jobs", "by-queued-at"), ("io.cozy.triggers", "by-worker-and-type"),
        ("io.cozy.sessions.logins", "by-os-browser-ip"), ("io.cozy.notifications", "by-source-id"),
        ("io.cozy.contacts", "by-me"), ("io.cozy.contacts", "by-groups"), ("io.cozy.contacts", "contacts-by-email"),
        ("com.bitwarden.ciphers", "by-folder-id"), ("com.bitwarden.ciphers", "by-organization-id"),
        ("io.cozy.nextcloud.migrations", "by-status"),
    }.ToFrozenSet();

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder doctype)
    {
        doctype.MapGet("/_design/{name}", (RequestDelegate)ReadAsync).Requires(Verbs.Get, Target.Doctype);
        doctype.MapPost("/_design/{name}/copy", (RequestDelegate)CopyAsync).Requires(Verbs.Get, Target.Doctype);
        doctype.MapDelete("/_design/{name}", (RequestDelegate)DeleteAsync).Requires(Verbs.Get, Target.Doctype);
    }

    private static string IdOf(HttpContext context) => DocumentId.DesignPrefix + RawTarget.Segment(context, NameSegment);

    private static Task RefuseAsync(HttpContext context, int status, string error) =>
        JsonAnswer.WriteAsync(context.Response, status, JsonAnswer.Json, error, static (json, error) =>
        {
            json.WriteStartObject();
            json.WriteString("error", error);
            json.WriteEndObject();
        });

    private Task ReadAsync(HttpContext context) =>
        protocol.ReadAsync(context, DataRequest.Database(context), IdOf(context));

    private Task DeleteAsync(HttpContext context)
    {
        var id = IdOf(context);
        if (DataRequest.Query(context, "rev") is null)
            return RefuseAsync(context, 400, "You must pass a rev param");
        if (OwnIndexes.Contains((DataRequest.Doctype(context), id[DocumentId.DesignPrefix.Length..])))
            return RefuseAsync(context, 403, "This design doc cannot be deleted");
        return protocol.DeleteAsync(context, DataRequest.Database(context), id);
    }

    private async Task CopyAsync(HttpContext context)
    {
        var id = IdOf(context);
        var target = CopyTarget.From(context.Request);
        var database = DataRequest.Database(context);
        var source = await documents.GetAsync(database, id, ReadOptions.Winner);
        if (source is null or { Deleted: true })
            throw new ApiException(ApiError.Couch(404, "not_found", source is null ? "missing" : "deleted"));

        var copy = new DocumentEdit(target.Id, target.Revision, false, source.Members);
        var result = (await documents.EditAsync(database, [copy]))[0];
        var revision = result.Revision ?? throw result.Failure!;
        await JsonAnswer.WriteAsync(context.Response, 201, JsonAnswer.Json, (target.Id, revision), static (json, made) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", true);
            json.WriteString("id", made.Id);
            json.WriteString("rev", made.revision.ToString());
            json.WriteEndObject();
        });
    }
}
