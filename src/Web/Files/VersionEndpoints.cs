using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files;

/// <summary>Former contents of files.</summary>
internal sealed class VersionEndpoints(FileTrees trees, FileAnswers answers, FileCopies copies, IOptions<WebOptions> options)
{
    private static readonly string[] Certified = ["carbonCopy", "electronicSafe"];

    private readonly WebOptions _options = options.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/files");
        files.MapDelete("/versions", (RequestDelegate)DestroyAllAsync).Requires(Verbs.Delete, Target.File);
        files.MapPost("/{fileId}/versions", (RequestDelegate)CreateAsync).Requires(Verbs.Put, Target.File);
        files.MapPatch("/{fileId}/{versionId}", (RequestDelegate)TagAsync).Requires(Verbs.Patch, Target.File);
        files.MapDelete("/{fileId}/{versionId}", (RequestDelegate)DestroyAsync).Requires(Verbs.Delete, Target.File);
        files.MapPost("/revert/{fileId}/{versionId}", (RequestDelegate)RevertAsync).Requires(Verbs.Post, Target.File);
    }

    /// <summary>404 as the document store says it.</summary>
    public static ApiException NotFound() => new(ApiError.Couch(404, "not_found", "missing"));

    private static string VersionId(HttpContext context) => (string)context.GetRouteValue("versionId")!;

    private async Task<FileEntry> RequireAsync(HttpContext context, Verbs verb)
    {
        var entry = await trees.GetAsync(context, (string)context.GetRouteValue("fileId")!);
        await FileAccess.RequireAsync(context.Caller(), verb, trees.Of(context), entry);
        return entry.IsDirectory ? throw FileTrees.NotFound() : entry;
    }

    private async Task<FileVersion> RequireVersionAsync(HttpContext context, FileEntry file) =>
        await trees.Of(context).FindVersionAsync(file.Id, VersionId(context)) ?? throw NotFound();

    /// <summary>The same content under new metadata; what was certified stays so unless something else changes.</summary>
    private async Task CreateAsync(HttpContext context)
    {
        var entry = await trees.GetAsync(context, (string)context.GetRouteValue("fileId")!);
        await FileAccess.RequireAsync(context.Caller(), Verbs.Put, trees.Of(context), entry);
        if (entry.IsDirectory)
            throw ApiException.BadRequest("cannot create versions for directories");

        var attributes = await FileBody.ReadAttributesAsync(context, _options);
        var request = new NewContent
        {
            FileId = entry.Id,
            Revision = UploadParameters.Revision(context.Request),
            Tags = context.Request.Query["Tags"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries),
            Metadata = Metadata(context, entry, attributes),
            Author = FileAuthors.From(context, _options),
        };
        await answers.ShowAsync(context, await copies.RenewAsync(context, entry, request));
    }

    private static byte[] Metadata(HttpContext context, FileEntry file, JsonElement attributes)
    {
        var said = ClientMetadata.Clean(context.Caller(), attributes);
        var names = attributes.EnumerateObject().Select(member => member.Name).ToList();
        var keeps = Certified.Where(name => names.All(other => other == "qualification" || (Certified.Contains(other) && other != name)))
            .ToList();
        if (keeps.Count == 0 || JsonMembers.Json(file.Members, "metadata") is not { } known)
            return said;

        using var old = JsonDocument.Parse(known);
        var merged = JsonDocument.Parse(said).RootElement.EnumerateObject()
            .Concat(old.RootElement.EnumerateObject().Where(member => keeps.Contains(member.Name)));
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var member in merged)
                member.WriteTo(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private async Task TagAsync(HttpContext context)
    {
        var file = await RequireAsync(context, Verbs.Patch);
        await RequireVersionAsync(context, file);
        var tags = FileBody.Texts(await FileBody.ReadAttributesAsync(context, _options), "tags") ?? throw FileBody.Malformed();
        var version = await trees.Of(context).TagVersionAsync(new VersionTags(file.Id, VersionId(context), tags));
        await JsonAnswer.WriteAsync(
            context.Response, StatusCodes.Status200OK, JsonAnswer.JsonApi, version, static (json, version) =>
            {
                json.WriteStartObject();
                json.WritePropertyName("data");
                VersionResource.Write(json, version);
                json.WriteEndObject();
            });
    }

    private async Task DestroyAsync(HttpContext context)
    {
        var file = await RequireAsync(context, Verbs.Delete);
        await RequireVersionAsync(context, file);
        await trees.Of(context).DestroyVersionAsync(file.Id, VersionId(context));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task DestroyAllAsync(HttpContext context)
    {
        FileAccess.RequireAll(context.Caller(), Verbs.Delete);
        await trees.Of(context).DestroyAllVersionsAsync();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task RevertAsync(HttpContext context)
    {
        var file = await RequireAsync(context, Verbs.Post);
        await RequireVersionAsync(context, file);
        await answers.ShowAsync(
            context, await trees.Of(context).RevertAsync(file.Id, VersionId(context), FileAuthors.From(context, _options)));
    }
}
