using System.Text.Json;
using Cozy.Grains.Files;

namespace Cozy.Web.Files;

/// <summary>A page of a folder's children.</summary>
/// <param name="TotalCount">How many children the folder has.</param>
/// <param name="Entries">Those of the page.</param>
/// <param name="NextQuery">The query of the next page; null for the last.</param>
internal sealed record FolderContents(long TotalCount, IReadOnlyList<FileEntry> Entries, string? NextQuery)
{
    // A grain's answer has to stay far below the limit of a message.
    private const int EntriesPerCall = 500;

    /// <summary>Reads a page.</summary>
    public static async Task<FolderContents> ReadAsync(IFileTreeGrain tree, string folderId, PageRequest page)
    {
        var entries = new List<FileEntry>();
        while (true)
        {
            var part = await tree.ListChildrenAsync(
                folderId, page.Skip + entries.Count, Math.Min(page.Limit - entries.Count, EntriesPerCall));
            entries.AddRange(part.Entries);
            var end = page.Skip + entries.Count;
            if (part.Entries.Count == 0 || entries.Count >= page.Limit || end >= part.TotalCount)
                return new(part.TotalCount, entries, end < part.TotalCount && entries.Count > 0 ? page.Next(folderId, end) : null);
        }
    }

    /// <summary>Writes the relationship <c>contents</c> of the folder.</summary>
    public void WriteRelationship(Utf8JsonWriter json, string folderId)
    {
        var self = $"{FileResource.Self(folderId)}/relationships/contents";
        json.WriteStartObject("contents");
        json.WriteStartObject("links");
        json.WriteString("self", self);
        if (NextQuery is not null)
            json.WriteString("next", self + NextQuery);
        json.WriteEndObject();
        json.WriteStartObject("meta");
        json.WriteNumber("count", TotalCount);
        json.WriteEndObject();
        json.WriteStartArray("data");
        foreach (var entry in Entries)
            FileResource.WriteIdentifier(json, entry.Id);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
