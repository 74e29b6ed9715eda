using Cozy.CouchDbServer;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Data.Listings;

/// <summary>Listings of all documents of a doctype: <c>_all_docs</c> and <c>_normal_docs</c>.</summary>
internal sealed class ListingEndpoints(CouchProtocol protocol, GrainDocuments documents, TimeProvider time)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder doctype)
    {
        doctype.MapGet("/_all_docs", (RequestDelegate)AllAsync).Requires(Verbs.Get, Target.Doctype);
        doctype.MapPost("/_all_docs", (RequestDelegate)AllAsync).Requires(Verbs.Get, Target.Doctype);
        doctype.MapGet("/_normal_docs", (RequestDelegate)NormalAsync).Requires(Verbs.Get, Target.Doctype);
    }

    private Task AllAsync(HttpContext context) => SelectedListing.IsAsked(context.Request.Query)
        ? SelectedListing.AnswerAsync(context, documents)
        : protocol.AllDocumentsAsync(context, DataRequest.Database(context));

    private Task NormalAsync(HttpContext context) => NormalListing.AnswerAsync(context, documents, time);
}
