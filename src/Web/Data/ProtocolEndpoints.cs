using Cozy.CouchDbServer;
using Cozy.Grains.Permissions;
using Cozy.Storage.Documents;
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
    public void Map(IEndpointRouteBuilder data)
    {
        data.MapPost("/{doctype}/_bulk_docs", (RequestDelegate)BulkDocumentsAsync).Requires(Verbs.Post, Target.Doctype);

        // Replicators that only pull keep their checkpoints here, so reading is enough to write one.
        data.MapGet("/{doctype}/_local/{id}", Answer((http, database) => protocol.ReadLocalAsync(http, database, LocalId(http))))
            .Requires(Verbs.Get, Target.Doctype);
        data.MapPut("/{doctype}/_local/{id}", Answer((http, database) => protocol.WriteLocalAsync(http, database, LocalId(http))))
            .Requires(Verbs.Get, Target.Doctype);
        data.MapPost("/{doctype}/_bulk_get", Answer(protocol.BulkGetAsync)).Requires(Verbs.Get, Target.Doctype);
        data.MapPost("/{doctype}/_revs_diff", Answer(protocol.RevisionsDiffAsync)).Requires(Verbs.Get, Target.Doctype);
        data.MapPost("/{doctype}/_ensure_full_commit", Answer(protocol.EnsureFullCommitAsync)).Requires(Verbs.Get, Target.Doctype);
        data.MapGet("/{doctype}/_design_docs", Answer(protocol.DesignDocumentsAsync)).Requires(Verbs.Get, Target.Doctype);
    }

    private static RequestDelegate Answer(Func<HttpContext, DatabaseName, Task> serve) =>
        context => serve(context, DataRequest.Database(context));

    private static string LocalId(HttpContext context) => RawTarget.Segment(context, LocalIdSegment);

    private Task BulkDocumentsAsync(HttpContext context)
    {
        DataRequest.AllowBody(context, _options.MaxBulkBytes);
        return protocol.BulkDocumentsAsync(context, DataRequest.Database(context));
    }
}
