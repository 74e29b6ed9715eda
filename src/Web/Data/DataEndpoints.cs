using Cozy.Web.Access;
using Cozy.Web.Data.Feeds;
using Cozy.Web.Data.Listings;
using Cozy.Web.Data.Queries;
using Cozy.Web.Data.References;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Data;

/// <summary>The group <c>/data</c>.</summary>
internal sealed class DataEndpoints(
    DatabaseEndpoints databases,
    DocumentEndpoints documents,
    ListingEndpoints listings,
    ChangesEndpoints changes,
    ProtocolEndpoints protocol,
    DesignEndpoints designs,
    QueryEndpoints queries,
    RelatedFilesEndpoints relatedFiles)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var data = routes.MapGroup("/data");
        data.MapGet("/", (RequestDelegate)WelcomeAsync).Public("a greeting, which PouchDB asks for");

        var doctype = data.MapGroup("/{doctype}");
        databases.Map(data, doctype);
        documents.Map(doctype);
        listings.Map(doctype);
        changes.Map(doctype);
        protocol.Map(doctype);
        designs.Map(doctype);
        queries.Map(doctype);
        relatedFiles.Map(doctype);
    }

    private static Task WelcomeAsync(HttpContext context) =>
        JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.Json, "welcome to a cozy API", static (json, message) =>
        {
            json.WriteStartObject();
            json.WriteString("message", message);
            json.WriteEndObject();
        });
}
