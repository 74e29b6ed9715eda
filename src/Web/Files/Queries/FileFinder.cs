using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Cozy.Web.Access;
using Cozy.Web.Data;
using Cozy.Web.Data.Queries;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Files.Queries;

/// <summary><c>POST /files/_find</c>: a Mango query whose answer is in JSON:API, with the paths of files.</summary>
internal sealed class FileFinder(FileTrees trees, FileAnswers answers, GrainDocuments documents, IOptions<WebOptions> options)
{
    // What a resource is made of, whichever fields were asked for.
    private static readonly string[] Needed = ["_id", "_rev", "type", "class", "size", "trashed"];
    private static readonly string[] NeededForPath = ["dir_id", "name"];

    private const int MaximumLimit = 10_000;

    // "There is more, nobody counted how much."
    private const int Unknown = int.MaxValue - 1;

    /// <summary>Answers the query in the body and in <c>page[…]</c>.</summary>
    public async Task FindAsync(HttpContext context)
    {
        FileAccess.RequireAll(context.Caller(), Verbs.Get);
        var (query, withPath) = await ReadQueryAsync(context);
        var found = await FindAsync(context, query);
        var entries = await ToEntriesAsync(context, found.Documents, withPath);
        var isFull = entries.Count >= query.Limit;
        await answers.ListAsync(context, new FileList(entries, isFull ? Unknown : query.Skip + entries.Count)
        {
            Next = isFull && found.Bookmark is { Length: > 0 } bookmark and not "nil" ? $"/files/_find?page[cursor]={bookmark}" : null,
            WithPath = withPath,
            WriteMeta = json => WriteMeta(json, found),
        });
    }

    private async Task<(FindQuery Query, bool WithPath)> ReadQueryAsync(HttpContext context)
    {
        var (body, limit) = FindBody.Read(await JsonBody.ReadAsync(context, options.Value));
        var query = FindQuery.Parse(body.Span) with { Limit = limit, RequireIndex = true };
        var withPath = query.Fields.Count == 0 || query.Fields.Contains("path");
        if (query.Fields.Count > 0)
            query = query with { Fields = [.. Needed.Concat(withPath ? NeededForPath : []).Union(query.Fields)] };

        var parameters = context.Request.Query;
        if (Number(parameters["page[limit]"]) is { } pageLimit)
            query = query with { Limit = Math.Clamp(pageLimit, 0, MaximumLimit) };
        if (Number(parameters["page[skip]"]) is { } pageSkip)
            query = query with { Skip = Math.Max(pageSkip, 0) };
        if ((NullIfEmpty(parameters["page[cursor]"]) ?? NullIfEmpty(parameters["cursor"])) is { } bookmark)
            query = query with { Bookmark = bookmark };
        return (query, withPath);
    }

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private async Task<FindResult> FindAsync(HttpContext context, FindQuery query)
    {
        try
        {
            var database = DatabaseName.ForDoctype(context.Instance().Id, WellKnownFiles.Doctype);
            return await documents.FindAsync(database, query, context.RequestAborted);
        }
        catch (DocumentStoreException failure) when (failure.Error == "no_index")
        {
            // The words by which clients know that they have to make an index.
            throw new ApiException(ApiError.Couch(400, failure.Error, "no matching index found, create an index"));
        }
    }

    /// <summary>Where a folder is comes from the tree, once for all the files in it.</summary>
    private async Task<List<FileEntry>> ToEntriesAsync(
        HttpContext context, IReadOnlyList<ReadOnlyMemory<byte>> found, bool withPath)
    {
        var parsed = found.Select(document => DocumentCodec.Parse(document.Span)).ToList();
        var folders = withPath
            ? parsed.Select(document => JsonMembers.Text(document.Members, "dir_id")).OfType<string>().Distinct().ToList()
            : [];
        var paths = folders.Count == 0 ? [] : await trees.Of(context).PathsOfAsync(folders);
        var pathOf = folders.Zip(paths).ToDictionary(pair => pair.First, pair => pair.Second);
        return parsed.ConvertAll(document => new FileEntry(
            document.Id!,
            document.Revision!,
            JsonMembers.Text(document.Members, "type") == "directory",
            PathOf(document.Members, pathOf),
            document.Members));
    }

    private static string PathOf(ReadOnlyMemory<byte> members, Dictionary<string, string?> pathOf)
    {
        var folder = JsonMembers.Text(members, "dir_id") is { } id ? pathOf.GetValueOrDefault(id) : null;
        var name = JsonMembers.Text(members, "name");
        return folder is null or "/" ? $"/{name}" : $"{folder}/{name}";
    }

    private static void WriteMeta(Utf8JsonWriter json, FindResult found)
    {
        if (found.Warning is { } warning)
            json.WriteString("warning", warning);
        if (found.Statistics is not { } statistics)
            return;
        json.WriteStartObject("execution_stats");
        json.WriteNumber("total_keys_examined", statistics.KeysExamined);
        json.WriteNumber("total_docs_examined", statistics.DocumentsExamined);
        json.WriteNumber("results_returned", statistics.ResultsReturned);
        json.WriteNumber("execution_time_ms", statistics.Milliseconds);
        json.WriteEndObject();
    }
}
