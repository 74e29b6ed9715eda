using System.Text.Json;
using Cozy.Web.Errors;

namespace Cozy.Web.Files.Archives;

/// <summary>What an archive is to be made of.</summary>
/// <param name="Name">Its name, which is also that of the one folder in it.</param>
/// <param name="Ids">Files and folders by their ids.</param>
/// <param name="Paths">Files and folders by their paths.</param>
internal sealed record ArchiveRequest(string Name, IReadOnlyList<string> Ids, IReadOnlyList<string> Paths)
{
    private const int MaximumEntries = 10_000;

    /// <summary>Reads the attributes of a request, or what was kept of one.</summary>
    /// <exception cref="ApiException">400.</exception>
    public static ArchiveRequest From(JsonElement attributes)
    {
        var name = FileBody.Text(attributes, "name") is { Length: > 0 } given ? given : "archive";
        var ids = FileBody.Texts(attributes, "ids") ?? [];
        var paths = FileBody.Texts(attributes, "files") ?? [];
        if (attributes.TryGetProperty("pages", out var pages) && pages.ValueKind == JsonValueKind.Array && pages.GetArrayLength() > 0)
            throw ApiException.BadRequest("Single pages of PDF files cannot be had.");
        if (ids.Count + paths.Count == 0)
            throw ApiException.BadRequest("Can't create an archive with no files");
        if (ids.Count + paths.Count > MaximumEntries)
            throw ApiException.BadRequest($"An archive may be made of {MaximumEntries} files and folders at most.");
        if (name.Contains('/', StringComparison.Ordinal))
            throw ApiException.BadRequest("The archive filename can't contain a /");
        return new ArchiveRequest(name, ids, [.. paths.Select(FilePaths.Clean)]);
    }

    /// <summary>Writes the members.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        WriteList(json, "ids", Ids);
        WriteList(json, "files", Paths);
        json.WriteNull("pages");
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
