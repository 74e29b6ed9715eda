using System.Text.Json;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files;

/// <summary>Changes of files and folders, one or several in a request.</summary>
internal sealed class FilePatches(FileTrees trees, FileAnswers answers, IOptions<WebOptions> options)
{
    private const int MaximumBatch = 1000;

    private readonly WebOptions _options = options.Value;

    /// <summary>Applies the patch in the body to one file or folder.</summary>
    public async Task ApplyAsync(HttpContext context, FileEntry entry)
    {
        var patch = Read(context, await FileBody.ReadDataAsync(context, _options));
        var revision = UploadParameters.Revision(context.Request);
        var changed = await ApplyAsync(context, entry, patch, revision);
        await answers.ShowAsync(context, changed, withVersions: false);
    }

    /// <summary>Applies each of the patches in the body; those that fail do not stop the others.</summary>
    public async Task ApplyAllAsync(HttpContext context)
    {
        var data = await FileBody.ReadDataAsync(context, _options);
        if (data.ValueKind != JsonValueKind.Array)
            throw FileBody.Malformed();
        if (data.GetArrayLength() > MaximumBatch)
            throw new ApiException(ApiError.Api(413, $"A request may change {MaximumBatch} files at most."));

        var patches = data.EnumerateArray()
            .Select(item => (Id: FileBody.Text(item, "id") ?? throw FileBody.Malformed(), Patch: Read(context, item)))
            .ToList();
        var errors = new List<(string Id, ApiError Error)>();
        foreach (var (id, patch) in patches)
        {
            try
            {
                await ApplyAsync(context, await trees.GetAsync(context, id), patch, revision: null);
            }
            catch (Exception failure) when (failure is ApiException { Error.Status: not 403 } or CozyException)
            {
                errors.Add((id, ErrorMapping.Describe(failure)));
            }
        }

        if (errors.Count == 0)
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else
            await WriteErrorsAsync(context.Response, errors);
    }

    private async Task<FileEntry> ApplyAsync(HttpContext context, FileEntry entry, ReadPatch read, string? revision)
    {
        var tree = trees.Of(context);
        await FileAccess.RequireAsync(context.Caller(), Verbs.Patch, tree, entry);
        var target = new FileTarget(entry.Id, revision, read.Patch.Author);
        if (read.Destroys)
        {
            await tree.DestroyAsync(target);
            return entry;
        }

        if (read.Trashes)
            return await tree.TrashAsync(target);
        if (read.Patch.ParentId is { } parentId && parentId != JsonMembers.Text(entry.Members, "dir_id"))
            await RequirePlaceAsync(context, tree, parentId);
        return await tree.PatchAsync(read.Patch with { Id = entry.Id, Revision = revision });
    }

    // Who may only write below a folder cannot move things out of it: the new place must be theirs as well.
    private static async Task RequirePlaceAsync(HttpContext context, IFileTreeGrain tree, string parentId)
    {
        if (parentId != WellKnownFiles.TrashId)
            await FileAccess.RequireNewAsync(context.Caller(), Verbs.Patch, tree, parentId);
    }

    private ReadPatch Read(HttpContext context, JsonElement resource)
    {
        var parent = FileBody.Object(resource, "relationships") is { } relationships
            && FileBody.Object(relationships, "parent") is { } relation
            && FileBody.Object(relation, "data") is { } data
                ? FileBody.Text(data, "id")
                : null;
        var patch = new FilePatch { Id = "", Author = FileAuthors.From(context, _options), ParentId = Folder(parent) };
        if (FileBody.Attributes(resource) is not { } attributes)
            return new ReadPatch(patch, false, false);

        patch = patch with
        {
            Name = FileBody.Text(attributes, "name"),
            ParentId = patch.ParentId ?? Folder(FileBody.Text(attributes, "dir_id")),
            Tags = FileBody.Texts(attributes, "tags"),
            UpdatedAt = FileBody.Time(attributes, "updated_at"),
            Executable = FileBody.Flag(attributes, "executable"),
            Encrypted = FileBody.Flag(attributes, "encrypted"),
            Metadata = FileBody.Object(attributes, "metadata") is { } metadata
                ? ClientMetadata.Clean(context.Caller(), metadata)
                : (ReadOnlyMemory<byte>?)null,
            Favorite = FileBody.Object(attributes, "cozyMetadata") is { } cozy ? FileBody.Flag(cozy, "favorite") : null,
            DeriveType = FileBody.Text(attributes, "class") is not null,
        };
        return new ReadPatch(
            patch, FileBody.Flag(attributes, "move_to_trash") == true, FileBody.Flag(attributes, "permanent_delete") == true);
    }

    // As in the address of an upload, no id at all is the root's.
    private static string? Folder(string? id) => id is "" ? WellKnownFiles.RootId : id;

    private static Task WriteErrorsAsync(HttpResponse response, List<(string Id, ApiError Error)> errors) =>
        JsonAnswer.WriteAsync(response, errors[0].Error.Status, JsonAnswer.JsonApi, errors, static (json, errors) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("errors");
            foreach (var (id, error) in errors)
            {
                json.WriteStartObject();
                json.WriteString("status", error.StatusText);
                json.WriteString("title", error.Title);
                json.WriteString("detail", error.Detail);
                json.WriteStartObject("source");
                json.WriteString("pointer", id);
                json.WriteString("parameter", "_id");
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    private sealed record ReadPatch(FilePatch Patch, bool Trashes, bool Destroys);
}
