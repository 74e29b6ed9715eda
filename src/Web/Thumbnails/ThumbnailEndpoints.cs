using Cozy.Grains.Files;
using Cozy.Grains.Thumbnails;
using Cozy.Storage.Blobs;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Files;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Thumbnails;

/// <summary><c>/files/:id/thumbnails/:secret/:format</c>.</summary>
internal sealed class ThumbnailEndpoints(
    FileTrees trees, IBlobStore blobs, IGrainFactory grains, ThumbnailSecrets secrets, IOptions<WebOptions> options)
{
    private const string Jpeg = "image/jpeg";

    // The address changes with every step of the secret, and the image never under one address.
    private const string Caching = "private, max-age=600";

    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes
        .MapMethods("/files/{fileId}/thumbnails/{secret}/{format}", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)ShowAsync)
        .Public("The secret in the address was given to somebody who may see the file.");

    private async Task ShowAsync(HttpContext context)
    {
        var fileId = (string)context.GetRouteValue("fileId")!;
        var format = (string)context.GetRouteValue("format")!;
        if (!secrets.IsGood(context.Instance(), fileId, (string)context.GetRouteValue("secret")!))
            throw new ApiException(ApiError.Api(StatusCodes.Status400BadRequest, "Wrong download token"));

        var placeholder = Placeholders.Find(format) ?? throw new ApiException(ApiError.Http(404, "Format does not exist"));
        var entry = await trees.GetAsync(context, fileId);
        if (StoredFile.From(entry).Md5 is not { } md5 || !ThumbnailLinks.Has(JsonMembers.Text(entry.Members, "class")))
        {
            await WriteAsync(context, StatusCodes.Status404NotFound, "image/png", placeholder.Png, placeholder.ETag);
            return;
        }

        var key = new ThumbnailKey(context.Instance().Id, fileId, format, Convert.ToHexStringLower(md5));
        var image = await FindAsync(context, key);
        if (image is { IsEmpty: false } found)
            await WriteAsync(context, StatusCodes.Status200OK, Jpeg, found, new EntityTagHeaderValue($"\"{key.ContentMd5}-{format}\""));
        else
            await WriteAsync(context, StatusCodes.Status404NotFound, "image/png", placeholder.Png, placeholder.ETag);
    }

    /// <summary>The thumbnail, made if it is missing and that takes no longer than a page waits.</summary>
    private async Task<ReadOnlyMemory<byte>?> FindAsync(HttpContext context, ThumbnailKey key)
    {
        if (await blobs.Thumbnails.GetAsync(key, context.RequestAborted) is { } known)
            return known;

        try
        {
            await grains.GetGrain<IThumbnailsGrain>(key.Instance).EnsureAsync(key.FileId)
                .WaitAsync(options.Value.ThumbnailWait, context.RequestAborted);
        }
        catch (TimeoutException)
        {
            return null;
        }

        return await blobs.Thumbnails.GetAsync(key, context.RequestAborted);
    }

    private static async Task WriteAsync(
        HttpContext context, int status, string type, ReadOnlyMemory<byte> image, EntityTagHeaderValue etag)
    {
        var response = context.Response;
        response.Headers.ETag = etag.ToString();
        if (status == StatusCodes.Status200OK)
        {
            response.Headers.CacheControl = Caching;
            if (ConditionalRequest.Evaluate(context.Request, etag, DateTimeOffset.UnixEpoch) == Condition.NotModified)
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        response.StatusCode = status;
        response.ContentType = type;
        response.ContentLength = image.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(image, context.RequestAborted);
    }
}
