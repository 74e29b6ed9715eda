using System.Text.Json;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files.Queries;

/// <summary><c>GET /files/_changes</c>: what happened to files and folders, with what desktop clients ask of it.</summary>
internal sealed class FileFeed(FileTrees trees)
{
    private const int PageSize = 500;

    /// <summary>Answers page by page; the first is read before anything is written, so that a failure still shows.</summary>
    public async Task ReadAsync(HttpContext context)
    {
        FileAccess.RequireAll(context.Caller(), Verbs.Get);
        var options = FeedOptions.From(context.Request.Query);
        var token = context.Caller().Token;
        var query = new FileFeedQuery
        {
            Since = options.Since,
            Limit = Math.Min(options.Limit, PageSize),
            IncludeDocuments = options.IncludeDocuments,
            ClientId = token.Audience == TokenAudience.Access ? token.Subject : null,
        };
        var tree = trees.Of(context);
        var page = await ReadFirstAsync(tree, query);
        context.Response.ContentType = JsonAnswer.Json;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonAnswer.Options);
        json.WriteStartObject();
        json.WriteStartArray("results");
        for (var left = options.Limit; ; page = await tree.ReadFeedAsync(query))
        {
            foreach (var change in page.Entries.Where(change => IsWanted(change, options)))
                Write(json, change, options);
            await json.FlushAsync(context.RequestAborted);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);

            // Indexes are changes as well, of which nobody here asked for any.
            left -= page.Entries.Count;
            if (page.Pending == 0 || left <= 0 || page.Read == 0)
                break;
            query = query with { Since = page.LastSequence, Limit = Math.Min(left, PageSize) };
        }

        json.WriteEndArray();
        json.WriteString("last_seq", page.LastSequence);
        json.WriteNumber("pending", page.Pending);
        json.WriteEndObject();
    }

    private static async Task<FileFeedPage> ReadFirstAsync(IFileTreeGrain tree, FileFeedQuery query)
    {
        try
        {
            return await tree.ReadFeedAsync(query);
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.BadRequest)
        {
            // Clients know this error in the words of the database.
            throw new ApiException(ApiError.Couch(400, "bad_request", failure.Message));
        }
    }

    private static bool IsWanted(FileFeedEntry change, FeedOptions options) =>
        !(options.SkipDeleted && change.Deleted) && !(options.SkipTrashed && change.IsTrashed);

    private static void Write(Utf8JsonWriter json, FileFeedEntry change, FeedOptions options)
    {
        json.WriteStartObject();
        json.WriteString("id", change.Id);
        json.WriteString("seq", change.Sequence);
        json.WritePropertyName("doc");
        if (options.IncludeDocuments)
            WriteDocument(json, change, options);
        else
            json.WriteNullValue();
        if (change.Deleted)
            json.WriteBoolean("deleted", true);
        json.WriteStartArray("changes");
        json.WriteStartObject();
        json.WriteString("rev", change.Revision);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDocument(Utf8JsonWriter json, FileFeedEntry change, FeedOptions options)
    {
        json.WriteStartObject();
        if (Wants("_id", options))
            json.WriteString("_id", change.Id);
        if (Wants("_rev", options))
            json.WriteString("_rev", change.Revision);
        if (change.Deleted && Wants("_deleted", options))
            json.WriteBoolean("_deleted", true);
        var hasPath = false;
        if (change.Members is { } members)
        {
            var visited = new Visited(json, options);
            JsonMembers.Visit(members, visited, static (to, name, value) => to.Add(name, value));
            hasPath = visited.HasPath;
        }

        if (options.IncludePath && !hasPath && change.Path is not null)
            json.WriteString("path", change.Path);
        json.WriteEndObject();
    }

    private static bool Wants(string name, FeedOptions options) => options.Fields?.Contains(name) ?? true;

    private sealed class Visited(Utf8JsonWriter json, FeedOptions options)
    {
        public bool HasPath { get; private set; }

        public void Add(string name, ReadOnlySpan<byte> value)
        {
            HasPath |= name == "path";
            if (name == "internal_vfs_id" || !Wants(name, options))
                return;
            json.WritePropertyName(name);
            json.WriteRawValue(value, skipInputValidation: true);
        }
    }
}
