using System.Buffers;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Permissions;
using Cozy.Storage.Documents;
using Cozy.Web.Access;
using Cozy.Web.Data;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Settings;

/// <summary>The picture of the owner: <c>/settings/avatar</c>, shown to everybody at <c>/public/avatar</c>.</summary>
internal sealed class AvatarEndpoints(DoctypeGrains doctypes, IOptions<WebOptions> options)
{
    private const string Doctype = "io.cozy.avatars";
    private const string Id = "avatar";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/settings/avatar", (RequestDelegate)SetAsync).Requires(Verbs.Put, SettingsAnswer.Doctype);
        routes.MapDelete("/settings/avatar", (RequestDelegate)RemoveAsync).Requires(Verbs.Put, SettingsAnswer.Doctype);
        routes.MapGet("/public/avatar", (RequestDelegate)ShowAsync).Public("The owner's picture, which shares show to friends.");
    }

    private async Task SetAsync(HttpContext context)
    {
        var content = await ReadAsync(context, options.Value.MaxAvatarBytes);
        var type = AvatarPictures.TypeOf(content) ?? throw ApiException.Invalid("avatar", "Not a picture of the kinds PNG, JPEG, GIF and WebP");
        await EditAsync(context, deleted: false, Write(type, content));
    }

    private async Task RemoveAsync(HttpContext context)
    {
        if (await FindAsync(context) is not null)
            await EditAsync(context, deleted: true, ReadOnlyMemory<byte>.Empty);
        await SettingsAnswer.DoneAsync(context);
    }

    private async Task ShowAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.CacheControl = "no-cache, public";
        response.Headers.ContentSecurityPolicy = "default-src 'none';style-src 'unsafe-inline';sandbox";
        if (await FindAsync(context) is { } document && JsonMembers.Text(document.Members, "data") is { } data)
        {
            response.Headers.ETag = $"\"{document.Revision}\"";
            if (context.Request.Headers.IfNoneMatch == response.Headers.ETag)
                response.StatusCode = StatusCodes.Status304NotModified;
            else
                await SendAsync(response, JsonMembers.Text(document.Members, "type")!, Convert.FromBase64String(data));
            return;
        }

        switch (context.Request.Query["fallback"].ToString())
        {
            case "404":
                throw ApiException.NoRoute();
            case "" or "default" or "anonymous":
                await SendAsync(response, "image/svg+xml", AvatarPictures.Draw(null));
                break;
            case "initials":
                await SendAsync(response, "image/svg+xml", AvatarPictures.Draw(context.Instance().PublicName));
                break;
            default:
                throw ApiException.BadRequest("The fallback is none of 404, default, initials and anonymous.");
        }
    }

    private async Task<Document?> FindAsync(HttpContext context)
    {
        try
        {
            return await GrainOf(context).ReadAsync(Id) is { Deleted: false } document ? document : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    private async Task EditAsync(HttpContext context, bool deleted, ReadOnlyMemory<byte> members)
    {
        var edit = new Edit(Id, (await FindAsync(context))?.Revision, deleted, members);
        if ((await GrainOf(context).EditAsync([edit]))[0].Error is not null)
            throw CozyException.Conflict("Document update conflict.");
        await SettingsAnswer.DoneAsync(context);
    }

    private IDoctypeGrain GrainOf(HttpContext context) => doctypes.Get(context.Instance().Id, Doctype);

    private static async Task SendAsync(HttpResponse response, string type, byte[] content)
    {
        response.ContentType = type;
        response.ContentLength = content.Length;
        await response.BodyWriter.WriteAsync(content, response.HttpContext.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Write(string type, byte[] content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteBase64String("data", content);
            json.WriteEndObject();
        }

        return DocumentCodec.Parse(buffer.WrittenSpan).Members;
    }

    private static async Task<byte[]> ReadAsync(HttpContext context, int limit)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > limit)
                throw new ApiException(ApiError.Api(413, "The picture is too large."));
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }
}
