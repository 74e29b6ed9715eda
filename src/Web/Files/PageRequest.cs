using System.Globalization;
using System.Text.Json;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>Which page of a folder is wanted: <c>page[limit]</c> with <c>page[skip]</c> or <c>page[cursor]</c>.</summary>
internal sealed record PageRequest(int Skip, int Limit, bool BySkip)
{
    private const int DefaultLimit = 30;
    private const int MaximumLimit = 10_000;

    /// <summary>Reads the parameters.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static PageRequest From(IQueryCollection query)
    {
        var limit = Number(query["page[limit]"], "page limit is not a number");
        if (limit <= 0)
            limit = DefaultLimit;

        string? cursor = query["page[cursor]"];
        string? skip = query["page[skip]"];
        var first = string.IsNullOrEmpty(cursor) ? Number(skip, "page skip is not a number") : FromCursor(cursor);
        return new(Math.Max(first, 0), Math.Min(limit, MaximumLimit), !string.IsNullOrEmpty(skip));
    }

    /// <summary>The query of the page that starts with the child at a place.</summary>
    public string Next(string folderId, int start)
    {
        if (BySkip)
            return string.Create(CultureInfo.InvariantCulture, $"?page%5Blimit%5D={Limit}&page%5Bskip%5D={start}");

        var cursor = Uri.EscapeDataString($"[\"{folderId}\",\"{start.ToString(CultureInfo.InvariantCulture)}\"]");
        return string.Create(CultureInfo.InvariantCulture, $"?page%5Bcursor%5D={cursor}&page%5Blimit%5D={Limit}");
    }

    private static int Number(string? text, string error)
    {
        if (string.IsNullOrEmpty(text))
            return 0;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiException.BadRequest(error);
    }

    // Opaque to clients: a pair, as the API says, whose second half is where the page starts.
    private static int FromCursor(string cursor)
    {
        try
        {
            return JsonSerializer.Deserialize(cursor, CursorJson.Default.StringArray) is [_, var start]
                && int.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : throw ApiException.BadRequest($"bad cursor id {cursor}");
        }
        catch (JsonException)
        {
            throw ApiException.BadRequest($"bad json cursor {cursor}");
        }
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class CursorJson : System.Text.Json.Serialization.JsonSerializerContext;
