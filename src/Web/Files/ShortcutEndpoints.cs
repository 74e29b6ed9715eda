using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Storage.Blobs;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Files.Metadata;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files;

/// <summary>Files that hold an address.</summary>
internal sealed class ShortcutEndpoints(
    FileTrees trees, FileAnswers answers, FileUploads uploads, CurrentContents files, IOptions<WebOptions> options)
{
    private const string Extension = ".url";
    private const int MaximumBytes = 64 * 1024;

    // A browser that is sent to one of these would run it, or read what is the machine's own.
    private static readonly string[] Unsafe = ["javascript:", "data:", "vbscript:", "file:", "blob:"];

    private const string Seen = "seen";

    private static readonly JsonSerializerOptions JsonText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly WebOptions _options = options.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/shortcuts", (RequestDelegate)CreateAsync).Requires(Verbs.Post, Target.File);
        routes.MapGet("/shortcuts/{fileId}", (RequestDelegate)ShowAsync).Requires(Verbs.Get, Target.File);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var attributes = await FileBody.ReadAttributesAsync(context, _options);
        var url = FileBody.Text(attributes, "url") is { Length: > 0 } given
            ? given
            : throw ApiException.Invalid("/data/attributes/url", "No URL");
        var name = FileBody.Text(attributes, "name") is { Length: > 0 } named
            ? named
            : throw ApiException.Invalid("/data/attributes/name", "No name");
        if (url.Any(char.IsControl))
            throw ApiException.Invalid("/data/attributes/url", "The URL contains a control character");

        var request = new NewFile
        {
            Name = name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? name : name + Extension,
            ParentId = FileBody.Text(attributes, "dir_id") is { Length: > 0 } parent ? parent : WellKnownFiles.RootId,
            MimeType = WellKnownFiles.ShortcutType,
            Metadata = FileBody.Object(attributes, "metadata") is { } metadata
                ? ClientMetadata.Clean(context.Caller(), metadata)
                : (ReadOnlyMemory<byte>?)null,
            Author = FileAuthors.From(context, _options),
        };
        await FileAccess.RequireNewAsync(context.Caller(), Verbs.Post, trees.Of(context), request.ParentId, field => field switch
        {
            "name" => [request.Name],
            "mime" => [WellKnownFiles.ShortcutType],
            "class" => ["shortcut"],
            _ => [],
        });
        await answers.ShowMadeAsync(context, await uploads.MakeAsync(context, request, ShortcutFile.Write(url)));
    }

    /// <summary>Leads a browser to the address, and tells it to other clients.</summary>
    private async Task ShowAsync(HttpContext context)
    {
        var entry = await trees.GetAsync(context, (string)context.GetRouteValue("fileId")!);
        await FileAccess.RequireAsync(context.Caller(), Verbs.Get, trees.Of(context), entry);
        if (entry.IsDirectory)
            throw FileTrees.NotFound();

        var url = await ReadAsync(context, entry);
        entry = await MarkSeenAsync(context, entry);
        if (!context.Request.Headers.Accept.ToString().Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            if (Unsafe.Any(scheme => url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)))
                throw NotExpected();
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.AbsoluteUri : Uri.EscapeDataString(url);
            return;
        }

        await JsonAnswer.WriteAsync(context.Response, StatusCodes.Status200OK, JsonAnswer.JsonApi, (entry, url), static (json, state) =>
        {
            var (entry, url) = state;
            json.WriteStartObject();
            json.WriteStartObject("data");
            json.WriteString("type", "io.cozy.files.shortcuts");
            json.WriteString("id", entry.Id);
            json.WriteStartObject("attributes");

            // Clients get the id from the resource; the member is there for those that look for all of the document's.
            json.WriteString("_id", "");
            json.WriteString("name", JsonMembers.Text(entry.Members, "name"));
            json.WriteString("dir_id", JsonMembers.Text(entry.Members, "dir_id"));
            json.WriteString("url", url);
            json.WritePropertyName("metadata");
            json.WriteRawValue(JsonMembers.Json(entry.Members, "metadata") ?? "{}"u8.ToArray());
            json.WriteEndObject();
            json.WriteStartObject("meta");
            json.WriteString("rev", entry.Revision);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>What somebody else shared is new until its owner has opened it once.</summary>
    private async Task<FileEntry> MarkSeenAsync(HttpContext context, FileEntry entry)
    {
        if (JsonMembers.Json(entry.Members, "metadata") is not { } json || JsonNode.Parse(json) is not JsonObject metadata
            || metadata["sharing"] is not JsonObject sharing || sharing["status"] is JsonValue status
                && status.TryGetValue<string>(out var known) && known == Seen)
        {
            return entry;
        }

        sharing["status"] = Seen;
        var patch = new FilePatch
        {
            Id = entry.Id,
            Revision = entry.Revision,
            Metadata = JsonSerializer.SerializeToUtf8Bytes<JsonNode>(metadata, JsonText),
            Author = FileAuthors.From(context, _options),
        };
        try
        {
            return await trees.Of(context).PatchAsync(patch);
        }
        catch (CozyException)
        {
            // The address can be told all the same, and it is marked the next time.
            return entry;
        }
    }

    private async Task<string> ReadAsync(HttpContext context, FileEntry entry)
    {
        var (_, opened) = await files.OpenAsync(context, entry) ?? throw FileTrees.NotFound();
        await using var content = opened;
        if (content.Length > MaximumBytes)
            throw NotExpected();
        await using var source = content.Stream ?? File.OpenRead(content.LocalPath!);
        var bytes = new byte[content.Length];
        await source.ReadExactlyAsync(bytes, context.RequestAborted);
        return ShortcutFile.ReadUrl(bytes) ?? throw NotExpected();
    }

    private static ApiException NotExpected() => ApiException.BadRequest("The file is not in the expected format");
}
