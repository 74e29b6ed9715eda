using System.Text.Json;
using Cozy.Grains.FileAudits;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Cozy.Web.Access;
using Cozy.Web.Admin.Files;
using Cozy.Web.Data;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files.Queries;

/// <summary>Questions about all files at once; who may see only some may ask none of them.</summary>
internal sealed class FileQueryEndpoints(
    FileTrees trees, FileAnswers answers, GrainDocuments documents, FileFinder finder, FileFeed feed, IGrainFactory grains, IBlobStore blobs,
    IOptions<WebOptions> options)
{
    private const int PageSize = 500;
    private const int MaximumKeys = 10_000;

    private readonly WebOptions _options = options.Value;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/files");
        files.MapPost("/_find", (RequestDelegate)finder.FindAsync).Requires(Verbs.Get, Target.File);
        files.MapPost("/_all_docs", (RequestDelegate)ListAllAsync).Requires(Verbs.Get, Target.File);
        files.MapGet("/_changes", (RequestDelegate)feed.ReadAsync).Requires(Verbs.Get, Target.File);
        files.MapGet("/fsck", (RequestDelegate)CheckAsync).Requires(Verbs.Get, Target.File);
    }

    /// <summary>The contents that are not what their documents say, as far as the store knows without reading them.</summary>
    private async Task CheckAsync(HttpContext context)
    {
        FileAccess.RequireAll(context.Caller(), Verbs.Get);
        var id = context.Instance().Id;
        var check = new FileCheck(
            grains.GetGrain<IFileAuditGrain>(id), blobs, id, new FileCheckRequest(Index: false, Contents: true, ReadContents: false, Repair: false));
        var found = new List<Anomaly>();
        await foreach (var anomaly in check.RunAsync(context.RequestAborted))
        {
            if (anomaly.Type == Anomaly.ContentMismatch)
                found.Add(anomaly);
        }

        await JsonAnswer.WriteAsync(context.Response, StatusCodes.Status200OK, JsonAnswer.Json, found, static (json, found) =>
        {
            json.WriteStartArray();
            foreach (var anomaly in found)
                anomaly.Write(json);
            json.WriteEndArray();
        });
    }

    /// <summary>The files and folders with these ids, or all of them.</summary>
    private async Task ListAllAsync(HttpContext context)
    {
        FileAccess.RequireAll(context.Caller(), Verbs.Get);
        var body = await FileBody.ReadAsync(context, _options);
        var keys = body.ValueKind == JsonValueKind.Object ? FileBody.Texts(body, "keys") : throw FileBody.Malformed();
        if (keys?.Count > MaximumKeys)
            throw Errors.ApiException.BadRequest($"At most {MaximumKeys} keys may be asked for");
        await StreamAsync(context, keys is { Count: > 0 } ? ByKeysAsync(context, keys) : AllAsync(context));
    }

    private async IAsyncEnumerable<IReadOnlyList<FileEntry>> ByKeysAsync(HttpContext context, IReadOnlyList<string> keys)
    {
        foreach (var chunk in keys.Chunk(PageSize))
        {
            yield return [.. (await trees.Of(context).FindManyAsync(chunk)).OfType<FileEntry>()];
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<FileEntry>> AllAsync(HttpContext context)
    {
        var database = DatabaseName.ForDoctype(context.Instance().Id, WellKnownFiles.Doctype);
        var query = new ListQuery { Limit = PageSize };
        while (true)
        {
            var page = await documents.ListAsync(database, query, context.RequestAborted);
            var ids = page.Rows.Select(row => row.Id).Where(id => !id.StartsWith('_')).ToList();
            yield return [.. (await trees.Of(context).FindManyAsync(ids)).OfType<FileEntry>()];
            if (page.Rows.Count == 0 || (page.Rows.Count < PageSize && !page.IsCut))
                yield break;
            query = query with { StartKey = page.Rows[^1].Id + "\0" };
        }
    }

    /// <summary>Writes page by page: an instance may have many files.</summary>
    private async Task StreamAsync(HttpContext context, IAsyncEnumerable<IReadOnlyList<FileEntry>> pages)
    {
        var shown = answers.Shown(context) with { WithPath = true };
        context.Response.ContentType = JsonAnswer.JsonApi;
        var count = 0;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonAnswer.Options);
        json.WriteStartObject();
        json.WriteStartArray("data");
        await foreach (var page in pages)
        {
            foreach (var entry in page.Where(entry => entry.Id != WellKnownFiles.TrashId))
            {
                FileResource.Write(json, entry, shown);
                count++;
            }

            await json.FlushAsync(context.RequestAborted);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }

        json.WriteEndArray();
        json.WriteStartObject("meta");
        json.WriteNumber("count", count);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
