using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>Which page of a folder is wanted: <c>page[limit]</c> with <c>page[skip]</c> or <c>page[cursor]</c>.</summary>
/// <param name="Start">The place to start at; null for the beginning.</param>
/// <param name="Skip">How many to leave out.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="BySkip">Whether the client counts instead of following cursors.</param>
internal sealed record PageRequest(FilePosition? Start, int Skip, int Limit, bool BySkip)
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
        var start = string.IsNullOrEmpty(cursor) ? null : FromCursor(cursor);
        return new(
            start,
            start is null ? Math.Max(Number(skip, "page skip is not a number"), 0) : 0,
            Math.Min(limit, MaximumLimit),
            start is null && !string.IsNullOrEmpty(skip));
    }

    /// <summary>The query of the page behind this one.</summary>
    /// <param name="folderId">The folder.</param>
    /// <param name="next">The place where it starts.</param>
    /// <param name="read">How many this one had.</param>
    public string Next(string folderId, FilePosition next, int read)
    {
        if (BySkip)
            return string.Create(CultureInfo.InvariantCulture, $"?page%5Blimit%5D={Limit}&page%5Bskip%5D={Skip + read}");

        var cursor = Uri.EscapeDataString(ToCursor(folderId, next));
        return string.Create(CultureInfo.InvariantCulture, $"?page%5Bcursor%5D={cursor}&page%5Blimit%5D={Limit}");
    }

    /// <summary>A number of a query; 0 when it is missing.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static int Number(string? text, string error)
    {
        if (string.IsNullOrEmpty(text))
            return 0;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiException.BadRequest(error);
    }

    // The key of the original's view and the document's id: [["folder","file","name"],"id"].
    private static string ToCursor(string folderId, FilePosition position)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            json.WriteStartArray();
            json.WriteStringValue(folderId);
            json.WriteStringValue(position.IsDirectory ? "directory" : "file");
            json.WriteStringValue(position.Name);
            json.WriteEndArray();
            json.WriteStringValue(position.Id);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static FilePosition FromCursor(string cursor)
    {
        try
        {
            using var json = JsonDocument.Parse(cursor);
            if (json.RootElement is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2
                && pair[0] is { ValueKind: JsonValueKind.Array } key && key.GetArrayLength() == 3
                && key[1].ValueKind == JsonValueKind.String && key[2].ValueKind == JsonValueKind.String
                && pair[1].ValueKind == JsonValueKind.String)
            {
                return new FilePosition(key[1].GetString() == "directory", key[2].GetString()!, pair[1].GetString()!);
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw ApiException.BadRequest($"bad json cursor {cursor}");
        }

        throw ApiException.BadRequest($"bad cursor id {cursor}");
    }
}
