using System.Text.Json;
using Cozy.Grains.Files;

namespace Cozy.Web.Files;

/// <summary>A page of a folder's children.</summary>
/// <param name="TotalCount">How many children the folder has.</param>
/// <param name="Entries">Those of the page.</param>
/// <param name="NextQuery">The query of the next page; null for the last.</param>
internal sealed record FolderContents(long TotalCount, IReadOnlyList<FileEntry> Entries, string? NextQuery)
{
    /// <summary>Reads a page.</summary>
    public static async Task<FolderContents> ReadAsync(IFileTreeGrain tree, string folderId, PageRequest page)
    {
        var entries = new List<FileEntry>();
        var query = new ChildrenQuery(folderId, page.Limit) { From = page.Start, Skip = page.Skip };
        while (true)
        {
            var part = await tree.ListChildrenAsync(query);
            entries.AddRange(part.Entries);
            if (part.Next is null)
                return new(part.TotalCount, entries, null);
            if (entries.Count >= page.Limit)
                return new(part.TotalCount, entries, page.Next(folderId, part.Next, entries.Count));
            query = query with { From = part.Next, Skip = 0, Limit = page.Limit - entries.Count };
        }
    }

    /// <summary>Reads all children, as much at a time as a grain's answer may hold.</summary>
    public static async IAsyncEnumerable<FileEntry> ReadAllAsync(IFileTreeGrain tree, string folderId)
    {
        var query = new ChildrenQuery(folderId, int.MaxValue);
        while (true)
        {
            var part = await tree.ListChildrenAsync(query);
            foreach (var entry in part.Entries)
                yield return entry;
            if (part.Next is null)
                yield break;
            query = query with { From = part.Next };
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
