using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Cozy.Web.Thumbnails;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>Answers with files and folders in JSON:API.</summary>
internal sealed class FileAnswers(FileTrees trees, ThumbnailSecrets thumbnails)
{
    /// <summary>What is shown beside documents in answers to this request.</summary>
    public FileShown Shown(HttpContext context) => new(thumbnails, context.Instance());

    /// <summary>Answers with one: a folder with a page of its children, a file with its versions if that is wanted.</summary>
    public async Task ShowAsync(
        HttpContext context, FileEntry entry, int status = StatusCodes.Status200OK, bool withVersions = true)
    {
        var tree = trees.Of(context);
        var shown = Shown(context);
        if (entry.IsDirectory)
        {
            var page = PageRequest.From(context.Request.Query);
            shown = shown with { Contents = await FolderContents.ReadAsync(tree, entry.Id, page) };
        }
        else if (withVersions && entry.VersionCount > 0)
        {
            shown = shown with { Versions = await tree.ListVersionsAsync(entry.Id) };
        }

        await JsonAnswer.WriteAsync(context.Response, status, JsonAnswer.JsonApi, (entry, shown), static (json, state) =>
            Write(json, state.entry, state.shown));
    }

    /// <summary>Answers with one that was just made (or, with another status, had been), and no more than its document.</summary>
    public Task ShowMadeAsync(HttpContext context, FileEntry entry, int status = StatusCodes.Status201Created) => JsonAnswer.WriteAsync(
        context.Response, status, JsonAnswer.JsonApi, (entry, Shown: Shown(context)), static (json, state) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            FileResource.Write(json, state.entry, state.Shown);
            json.WriteEndObject();
        });

    /// <summary>Answers with a list.</summary>
    public Task ListAsync(HttpContext context, FileList list) => JsonAnswer.WriteAsync(
        context.Response, StatusCodes.Status200OK, JsonAnswer.JsonApi, (list, Shown: Shown(context)), static (json, state) =>
        {
            var (list, shown) = state;
            shown = shown with { WithPath = list.WithPath };
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var entry in list.Entries)
                FileResource.Write(json, entry, shown);
            json.WriteEndArray();
            if (list.HasLinks)
            {
                json.WriteStartObject("links");
                if (list.Next is not null)
                    json.WriteString("next", list.Next);
                json.WriteEndObject();
            }

            json.WriteStartObject("meta");
            list.WriteMeta?.Invoke(json);
            json.WriteNumber("count", list.Count);
            json.WriteEndObject();
            json.WriteEndObject();
        });

    private static void Write(Utf8JsonWriter json, FileEntry entry, FileShown shown)
    {
        json.WriteStartObject();
        json.WritePropertyName("data");
        FileResource.Write(json, entry, shown);
        if (shown.Contents is { } contents)
        {
            json.WriteStartObject("links");
            if (contents.NextQuery is { } next)
                json.WriteString("next", FileResource.Self(entry.Id) + next);
            json.WriteEndObject();
            if (contents.Entries.Count > 0)
            {
                json.WriteStartArray("included");
                foreach (var child in contents.Entries)
                    FileResource.Write(json, child, shown.Plain);
                json.WriteEndArray();
            }
        }
        else if (shown.Versions is { Count: > 0 } versions)
        {
            json.WriteStartArray("included");
            foreach (var version in versions)
                VersionResource.Write(json, version);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}

/// <summary>A list of files and folders to answer with.</summary>
/// <param name="Entries">Those of this page.</param>
/// <param name="Count">How many there are, as <c>meta.count</c> tells.</param>
internal sealed record FileList(IReadOnlyList<FileEntry> Entries, long Count)
{
    /// <summary>Whether the answer has <c>links</c>.</summary>
    public bool HasLinks { get; init; } = true;

    /// <summary>The address of the next page; null after the last.</summary>
    public string? Next { get; init; }

    /// <summary>Whether files tell their path.</summary>
    public bool WithPath { get; init; }

    /// <summary>Writes what else belongs into <c>meta</c>.</summary>
    public Action<Utf8JsonWriter>? WriteMeta { get; init; }
}
