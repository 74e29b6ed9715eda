using Cozy.Storage.Documents;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Data;

/// <summary>What the routes of <c>/data</c> read of a request.</summary>
internal static class DataRequest
{
    /// <summary>The doctype in the path.</summary>
    public static string Doctype(HttpContext context) => (string)context.GetRouteValue("doctype")!;

    /// <summary>The database of the doctype in the path.</summary>
    public static DatabaseName Database(HttpContext context) =>
        DatabaseName.ForDoctype(context.Instance().Id, Doctype(context));

    /// <summary>A parameter; null when it is missing or empty.</summary>
    public static string? Query(HttpContext context, string name) =>
        context.Request.QueryString.HasValue && context.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>Fails when the path does not end with the slash that belongs to the routes of a whole doctype.</summary>
    public static void RequireSlash(HttpContext context)
    {
        if (!RawTarget.EndsWithSlash(context))
            throw ApiException.NoRoute();
    }

    /// <summary>Lets the body be longer than that of other requests.</summary>
    public static void AllowBody(HttpContext context, long bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = bytes;
    }
}
