using Cozy.Web.Access;
using Cozy.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Pages;

/// <summary>Serves the files that pages need. They belong to no instance.</summary>
internal static class AssetsEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/assets/{**name}", Methods, (string name, HttpContext context, AssetCatalog assets) =>
            Send(name, context, assets)).AnyHost().Public("Files that every page needs.");
        routes.MapMethods("/robots.txt", Methods, (HttpContext context, AssetCatalog assets) =>
            Send("robots.txt", context, assets)).AnyHost().Public("Asks search engines to stay away.");
        routes.MapMethods("/favicon.ico", Methods, (HttpContext context, AssetCatalog assets) =>
            Send("images/favicon.ico", context, assets)).AnyHost().Public("Browsers ask for it on their own.");
    }

    /// <summary>An answer with a file.</summary>
    public static IResult Send(string name, HttpContext context, AssetCatalog assets)
    {
        if (assets.Find(name) is not var (asset, isExact))
        {
            return Results.Text("File not found\n", "text/plain; charset=utf-8", statusCode: StatusCodes.Status404NotFound);
        }

        var (content, encoding) = Negotiate(asset, context.Request);
        var headers = context.Response.Headers;
        headers.CacheControl = isExact ? "public, max-age=31536000, immutable" : "no-cache, public";
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);

        // Browsers that kept an answer to a page's link would give it to a script too, which may read only what names its origin.
        if (StringValues.IsNullOrEmpty(context.Request.Headers.Origin))
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }

        var tag = encoding is null ? asset.Hash : $"{asset.Hash}-{encoding}";
        return TypedResults.File(content, asset.ContentType, entityTag: new EntityTagHeaderValue($"\"{tag}\""));
    }

    private static (byte[] Content, string? Encoding) Negotiate(Asset asset, HttpRequest request)
    {
        if (asset.Brotli is not null && ContentEncodings.Accepts(request.Headers.AcceptEncoding, "br"))
        {
            return (asset.Brotli, "br");
        }

        return asset.Gzip is not null && ContentEncodings.Accepts(request.Headers.AcceptEncoding, "gzip") ? (asset.Gzip, "gzip") : (asset.Plain, null);
    }
}
