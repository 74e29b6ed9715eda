using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Web.Errors;
using Cozy.Web.Files;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Data.References;

/// <summary>Which page of a document's files is wanted.</summary>
/// <param name="Limit">At most so many.</param>
/// <param name="Start">The place to start at; null for the beginning.</param>
/// <param name="Skip">How many to leave out.</param>
/// <param name="ByDate">In the order of their dates instead of their ids.</param>
/// <param name="Descending">From the last to the first; places are counted then, whatever the cursor says.</param>
internal sealed record RelatedFilesRequest(int Limit, ReferencedPosition? Start, int Skip, bool ByDate, bool Descending)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    /// <summary>Most entries that one answer of the tree holds.</summary>
    private const int MaxAnswer = 500;

    private string LimitText => string.Create(CultureInfo.InvariantCulture, $"page%5Blimit%5D={Limit}");

    /// <summary>Reads <c>page[limit]</c>, <c>page[cursor]</c>, <c>page[skip]</c> and <c>sort</c>.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static RelatedFilesRequest From(IQueryCollection query)
    {
        var limit = PageRequest.Number(query["page[limit]"], "page limit is not a number");
        var skip = Math.Max(PageRequest.Number(query["page[skip]"], "page skip is not a number"), 0);
        var sort = query["sort"].ToString();
        if (sort.TrimStart('-') is not ("" or "id" or "datetime"))
            throw ApiException.BadRequest("Invalid sort parameter");

        var cursor = query["page[cursor]"].ToString();
        return new RelatedFilesRequest(
            limit > 0 ? Math.Min(limit, MaxLimit) : DefaultLimit,
            cursor.Length > 0 ? ReadCursor(cursor) : null,
            skip,
            sort.EndsWith("datetime", StringComparison.Ordinal),
            sort is ['-', ..]);
    }

    /// <summary>The reference as it was once written, with the slash in its id encoded; null when it has none.</summary>
    public static FileReference? Encoded(FileReference document) => document.Id.Contains('/', StringComparison.Ordinal)
        ? document with { Id = document.Id.Replace("/", "%2F", StringComparison.Ordinal) }
        : null;

    /// <summary>Reads the page.</summary>
    public async Task<RelatedFilesPage> ReadAsync(IFileTreeGrain tree, ReferenceKind kind, FileReference document)
    {
        var page = await ReadAsync(tree, new ReferencedQuery(kind, document, 1) { IdsOnly = true });
        if (page.TotalCount == 0 && Encoded(document) is { } encoded)
            document = encoded;

        var query = new ReferencedQuery(kind, document, 0) { ByDate = ByDate };
        return Descending
            ? await ReadBackwardsAsync(tree, query, (int)page.TotalCount)
            : await ReadForwardsAsync(tree, query, document);
    }

    private static async Task<ReferencedPage> ReadAsync(IFileTreeGrain tree, ReferencedQuery query)
    {
        var entries = new List<FileEntry>();
        while (true)
        {
            var page = await tree.ListReferencedAsync(query with { Limit = Math.Min(query.Limit - entries.Count, MaxAnswer) });
            entries.AddRange(page.Entries);
            if (page.Next is null || entries.Count >= query.Limit || page.Entries.Count == 0)
                return page with { Entries = entries };
            query = query with { From = page.Next, Skip = 0 };
        }
    }

    private async Task<RelatedFilesPage> ReadForwardsAsync(IFileTreeGrain tree, ReferencedQuery query, FileReference document)
    {
        var page = await ReadAsync(tree, query with { Limit = Limit, From = Start, Skip = Start is null ? Skip : 0 });
        var next = page.Next is null ? null : $"?page%5Bcursor%5D={Uri.EscapeDataString(WriteCursor(document, page.Next))}&{LimitText}";
        return new RelatedFilesPage(page.Entries, page.TotalCount, next);
    }

    private async Task<RelatedFilesPage> ReadBackwardsAsync(IFileTreeGrain tree, ReferencedQuery query, int total)
    {
        var end = Math.Max(total - Skip, 0);
        var start = Math.Max(end - Limit, 0);
        if (start == end)
            return new RelatedFilesPage([], total, null);

        var page = await ReadAsync(tree, query with { Limit = end - start, Skip = start });
        var next = start == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"?{LimitText}&page%5Bskip%5D={total - start}");
        return new RelatedFilesPage(page.Entries.Reverse().ToArray(), page.TotalCount, next);
    }

    // The key of the original's view and the file's id: [["type","id"],"file"], with the date behind the id if that sorts.
    private string WriteCursor(FileReference document, ReferencedPosition position)
    {
        string[] key = ByDate ? [document.Type, document.Id, position.Date] : [document.Type, document.Id];
        return JsonSerializer.Serialize(new object[] { key, position.Id });
    }

    private static ReferencedPosition ReadCursor(string cursor)
    {
        try
        {
            using var json = JsonDocument.Parse(cursor);
            if (json.RootElement is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2
                && pair[0] is { ValueKind: JsonValueKind.Array } key && key.GetArrayLength() is 2 or 3
                && key.EnumerateArray().Append(pair[1]).All(part => part.ValueKind == JsonValueKind.String))
            {
                return new ReferencedPosition(key.GetArrayLength() == 3 ? key[2].GetString()! : "", pair[1].GetString()!);
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Told below.
        }

        throw ApiException.BadRequest($"bad json cursor {cursor}");
    }
}

/// <summary>A page of a document's files.</summary>
/// <param name="Entries">The files and folders.</param>
/// <param name="Count">How many there are in all.</param>
/// <param name="NextQuery">The query of the next page; null after the last.</param>
internal sealed record RelatedFilesPage(IReadOnlyList<FileEntry> Entries, long Count, string? NextQuery);
