using System.Text.Json;
using Cozy.Web.Errors;

namespace Cozy.Web.Files.Archives;

/// <summary>What an archive is to be made of.</summary>
/// <param name="Name">Its name, which is also that of the one folder in it.</param>
/// <param name="Ids">Files and folders by their ids.</param>
/// <param name="Paths">Files and folders by their paths.</param>
/// <param name="Pages">Pages of files by their ids; without a number (0 or below) the whole file.</param>
internal sealed record ArchiveRequest(
    string Name, IReadOnlyList<string> Ids, IReadOnlyList<string> Paths, IReadOnlyList<(string Id, int Number)> Pages)
{
    private const int MaximumEntries = 10_000;

    /// <summary>Reads the attributes of a request, or what was kept of one.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static ArchiveRequest From(JsonElement attributes, int maxPages)
    {
        var name = FileBody.Text(attributes, "name") is { Length: > 0 } given ? given : "archive";
        var ids = FileBody.Texts(attributes, "ids") ?? [];
        var paths = FileBody.Texts(attributes, "files") ?? [];
        var pages = ReadPages(attributes);
        if (ids.Count + paths.Count + pages.Count == 0)
            throw ApiException.BadRequest("Can't create an archive with no files");
        if (ids.Count + paths.Count > MaximumEntries)
            throw ApiException.BadRequest($"An archive may be made of {MaximumEntries} files and folders at most.");
        if (pages.Count > maxPages)
            throw ApiException.BadRequest($"An archive may be made of {maxPages} pages at most.");
        if (name.Contains('/', StringComparison.Ordinal))
            throw ApiException.BadRequest("The archive filename can't contain a /");
        return new ArchiveRequest(name, ids, [.. paths.Select(FilePaths.Clean)], pages);
    }

    /// <summary>Writes the members.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        WriteList(json, "ids", Ids);
        WriteList(json, "files", Paths);
        WritePages(json);
    }

    private static List<(string Id, int Number)> ReadPages(JsonElement attributes)
    {
        if (!attributes.TryGetProperty("pages", out var pages) || pages.ValueKind == JsonValueKind.Null)
            return [];
        return pages.ValueKind == JsonValueKind.Array ? [.. pages.EnumerateArray().Select(ReadPage)] : throw FileBody.Malformed();
    }

    private static (string Id, int Number) ReadPage(JsonElement page)
    {
        var id = FileBody.Text(page, "id") ?? throw FileBody.Malformed();
        var number = 0;
        if (page.TryGetProperty("page", out var given) && given.ValueKind != JsonValueKind.Null
            && (given.ValueKind != JsonValueKind.Number || !given.TryGetInt32(out number)))
        {
            throw FileBody.Malformed();
        }

        return (id, number);
    }

    private void WritePages(Utf8JsonWriter json)
    {
        if (Pages.Count == 0)
        {
            json.WriteNull("pages");
            return;
        }

        json.WriteStartArray("pages");
        foreach (var (id, number) in Pages)
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteNumber("page", number);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
