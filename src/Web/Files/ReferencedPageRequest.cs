using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>Which page of the files of a document is wanted.</summary>
/// <param name="Start">The place to start at; null for the beginning.</param>
/// <param name="Skip">How many to leave out.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="ByDate">In the order of dates instead of ids.</param>
internal sealed record ReferencedPageRequest(ReferencedPosition? Start, int Skip, int Limit, bool ByDate)
{
    private const int DefaultLimit = 100;
    private const int MaximumLimit = 10_000;

    /// <summary>Reads the parameters.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static ReferencedPageRequest From(IQueryCollection query)
    {
        var byDate = query["sort"].ToString() switch
        {
            "" or "id" => false,
            "datetime" => true,
            _ => throw ApiException.BadRequest("Invalid sort parameter"),
        };
        var limit = PageRequest.Number(query["page[limit]"], "page limit is not a number");
        string? cursor = query["page[cursor]"];
        return new(
            string.IsNullOrEmpty(cursor) ? null : FromCursor(cursor, byDate),
            Math.Max(PageRequest.Number(query["page[skip]"], "page skip is not a number"), 0),
            limit <= 0 ? DefaultLimit : Math.Min(limit, MaximumLimit),
            byDate);
    }

    /// <summary>Reads the page.</summary>
    public async Task<ReferencedPage> ReadAsync(IFileTreeGrain tree, ReferenceKind kind, FileReference reference, bool withFiles)
    {
        var query = new ReferencedQuery(kind, reference, Limit) { ByDate = ByDate, From = Start, Skip = Skip, IdsOnly = !withFiles };
        var entries = new List<FileEntry>();
        while (true)
        {
            var part = await tree.ListReferencedAsync(query);
            entries.AddRange(part.Entries);
            if (part.Next is null || entries.Count >= Limit)
                return new ReferencedPage(part.TotalCount, entries, part.Next);
            query = query with { From = part.Next, Skip = 0, Limit = Limit - entries.Count };
        }
    }

    /// <summary>The query of the page behind this one.</summary>
    public string NextQuery(FileReference reference, ReferencedPosition next, int read)
    {
        var sort = ByDate ? "&sort=datetime" : "";
        if (Start is null && Skip > 0)
            return string.Create(CultureInfo.InvariantCulture, $"?page%5Blimit%5D={Limit}&page%5Bskip%5D={Skip + read}{sort}");

        var key = JsonSerializer.Serialize<string[]>(
            ByDate ? [reference.Type, reference.Id, next.Date] : [reference.Type, reference.Id], CursorJson.Default.StringArray);
        var cursor = Uri.EscapeDataString($"[{key},{JsonSerializer.Serialize(next.Id, CursorJson.Default.String)}]");
        return string.Create(CultureInfo.InvariantCulture, $"?page%5Bcursor%5D={cursor}&page%5Blimit%5D={Limit}{sort}");
    }

    // As in the original's views: [["doctype","id"(,"date")],"file"].
    private static ReferencedPosition FromCursor(string cursor, bool byDate)
    {
        try
        {
            using var json = JsonDocument.Parse(cursor);
            if (json.RootElement is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2
                && pair[0] is { ValueKind: JsonValueKind.Array } key && key.GetArrayLength() == (byDate ? 3 : 2)
                && (!byDate || key[2].ValueKind == JsonValueKind.String) && pair[1].ValueKind == JsonValueKind.String)
            {
                return new ReferencedPosition(byDate ? key[2].GetString()! : "", pair[1].GetString()!);
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw ApiException.BadRequest($"bad json cursor {cursor}");
        }

        throw ApiException.BadRequest($"bad cursor id {cursor}");
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class CursorJson : System.Text.Json.Serialization.JsonSerializerContext;
