using System.Globalization;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files.Queries;

/// <summary>What a client wants of the changes of files.</summary>
/// <param name="Since">Only changes after this sequence; empty for all.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="IncludeDocuments">Whether changes carry the documents.</param>
/// <param name="Fields">The members of documents to tell; null for all.</param>
/// <param name="IncludePath">Whether documents of files tell their path.</param>
/// <param name="SkipDeleted">Leave out what is gone.</param>
/// <param name="SkipTrashed">Leave out what is in the trash.</param>
internal sealed record FeedOptions(
    string Since, int Limit, bool IncludeDocuments, IReadOnlySet<string>? Fields, bool IncludePath, bool SkipDeleted, bool SkipTrashed)
{
    private const int MaximumLimit = 10_000;

    private static readonly HashSet<string> Known =
        ["since", "limit", "include_docs", "fields", "include_file_path", "skip_deleted", "skip_trashed"];

    // What the options themselves look at is told as well.
    private static readonly string[] NeededForPath = ["dir_id", "name", "type", "path"];
    private static readonly string[] NeededForTrash = ["dir_id", "type", "trashed"];

    // Whatever is said of these, they are meant; only "false" is no.
    private static bool IsSet(IQueryCollection query, string name) => query.ContainsKey(name) && query[name] != "false";

    /// <summary>Reads the parameters.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static FeedOptions From(IQueryCollection query)
    {
        if (query.Keys.FirstOrDefault(key => !Known.Contains(key)) is { } unknown)
            throw ApiException.BadRequest($"Unsupported query parameter '{unknown}'");

        var limit = query["limit"].ToString();
        var most = int.MaxValue;
        if (limit.Length > 0 && !int.TryParse(limit, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out most))
            throw ApiException.BadRequest($"Invalid limit value '{limit}'");

        var options = new FeedOptions(
            query["since"].ToString(),
            limit.Length == 0 || most == 0 ? int.MaxValue : Math.Clamp(most, 1, MaximumLimit),
            query["include_docs"] == "true",
            null,
            IsSet(query, "include_file_path"),
            IsSet(query, "skip_deleted"),
            IsSet(query, "skip_trashed"));
        if (!options.IncludeDocuments && (options.IncludePath || options.SkipTrashed))
            throw ApiException.BadRequest("Invalid options: include_docs should be set to true");

        var fields = query["fields"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return fields.Length == 0
            ? options
            : options with
            {
                Fields = fields
                    .Concat(options.IncludePath ? NeededForPath : [])
                    .Concat(options.SkipTrashed ? NeededForTrash : [])
                    .ToHashSet(StringComparer.Ordinal),
            };
    }
}
