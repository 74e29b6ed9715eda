using Cozy.CouchDbServer;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Data;

/// <summary>The routes below <c>/data/:doctype</c> that are CouchDB's own protocol, as replicators speak it.</summary>
internal sealed class ProtocolEndpoints(CouchProtocol protocol, IOptions<WebOptions> options)
{
    private const int LocalIdSegment = 3;

    private readonly WebOptions _options = options.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder doctype)
    {
        doctype.MapPost("/_bulk_docs", (RequestDelegate)BulkDocumentsAsync).Requires(Verbs.Post, Target.Doctype);

        // Replicators that only pull keep their checkpoints here, so reading is enough to write one.
        doctype.MapGet("/_local/{id}", (RequestDelegate)ReadLocalAsync)
            .Requires(Verbs.Get, Target.Doctype);
        doctype.MapPut("/_local/{id}", (RequestDelegate)WriteLocalAsync)
            .Requires(Verbs.Get, Target.Doctype);
        doctype.MapPost("/_bulk_get", (RequestDelegate)BulkGetAsync).Requires(Verbs.Get, Target.Doctype);
        doctype.MapPost("/_revs_diff", (RequestDelegate)RevisionsDiffAsync).Requires(Verbs.Get, Target.Doctype);
        doctype.MapPost("/_ensure_full_commit", (RequestDelegate)EnsureFullCommitAsync).Requires(Verbs.Get, Target.Doctype);
        doctype.MapGet("/_design_docs", (RequestDelegate)DesignDocumentsAsync).Requires(Verbs.Get, Target.Doctype);
    }

    private static string LocalId(HttpContext context) => RawTarget.Segment(context, LocalIdSegment);

    private Task BulkDocumentsAsync(HttpContext context)
    {
        DataRequest.AllowBody(context, _options.MaxBulkBytes);
        return protocol.BulkDocumentsAsync(context, DataRequest.Database(context));
    }

    private Task ReadLocalAsync(HttpContext context) =>
        protocol.ReadLocalAsync(context, DataRequest.Database(context), LocalId(context));

    private Task WriteLocalAsync(HttpContext context) =>
        protocol.WriteLocalAsync(context, DataRequest.Database(context), LocalId(context));

    private Task BulkGetAsync(HttpContext context) => protocol.BulkGetAsync(context, DataRequest.Database(context));

    private Task RevisionsDiffAsync(HttpContext context) => protocol.RevisionsDiffAsync(context, DataRequest.Database(context));

    private Task EnsureFullCommitAsync(HttpContext context) =>
        protocol.EnsureFullCommitAsync(context, DataRequest.Database(context));

    private Task DesignDocumentsAsync(HttpContext context) =>
        protocol.DesignDocumentsAsync(context, DataRequest.Database(context));
}
