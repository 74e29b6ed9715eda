using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Web.Json;
using Cozy.Web.Thumbnails;

namespace Cozy.Web.Files;

/// <summary>Writes files and folders as JSON:API resources.</summary>
internal static class FileResource
{
    /// <summary>Writes one: <c>{"type":…,"id":…,"attributes":{…},"meta":{…},"links":{…},"relationships":{…}}</c>.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="entry">The file or folder.</param>
    /// <param name="shown">What is shown beside its document.</param>
    public static void Write(Utf8JsonWriter json, FileEntry entry, FileShown shown)
    {
        json.WriteStartObject();
        json.WriteString("type", WellKnownFiles.Doctype);
        json.WriteString("id", entry.Id);
        json.WriteStartObject("attributes");
        var attributes = new FileAttributes(json, entry.IsDirectory);
        JsonMembers.Visit(entry.Members, attributes, static (to, name, value) => to.Add(name, value));
        if (shown.WithPath && !entry.IsDirectory)
            json.WriteString("path", entry.Path);
        json.WriteEndObject();
        json.WriteStartObject("meta");
        json.WriteString("rev", entry.Revision);
        json.WriteEndObject();
        WriteLinks(json, entry, attributes, shown);
        WriteRelationships(json, entry, attributes, shown);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>{"id":…,"type":…}</c>.</summary>
    public static void WriteIdentifier(Utf8JsonWriter json, string id, string type = WellKnownFiles.Doctype)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("type", type);
        json.WriteEndObject();
    }

    /// <summary>The address of a file or folder.</summary>
    public static string Self(string id) => $"/files/{Uri.EscapeDataString(id)}";

    private static void WriteLinks(Utf8JsonWriter json, FileEntry entry, FileAttributes attributes, FileShown shown)
    {
        json.WriteStartObject("links");
        json.WriteString("self", Self(entry.Id));
        if (attributes.HasThumbnails)
            ThumbnailLinks.Write(json, entry.Id, shown.ThumbnailSecret(entry.Id));
        json.WriteEndObject();
    }

    private static void WriteRelationships(Utf8JsonWriter json, FileEntry entry, FileAttributes attributes, FileShown shown)
    {
        json.WriteStartObject("relationships");
        if (shown.Contents is { } contents)
        {
            contents.WriteRelationship(json, entry.Id);
            WriteReferences(json, "not_synchronized_on", $"{Self(entry.Id)}/relationships/not_synchronized_on", attributes.NotSynchronizedOn);
        }

        if (shown.Versions is { Count: > 0 } versions)
            VersionResource.WriteRelationship(json, versions);
        if (shown.Contents is not null || !entry.IsDirectory)
            WriteParent(json, attributes.ParentId, entry.IsDirectory ? "self" : "related");
        WriteReferences(json, "referenced_by", $"{Self(entry.Id)}/relationships/references", attributes.ReferencedBy);
        json.WriteEndObject();
    }

    private static void WriteParent(Utf8JsonWriter json, string? parentId, string link)
    {
        json.WriteStartObject("parent");
        if (string.IsNullOrEmpty(parentId))
        {
            json.WriteNull("data");
        }
        else
        {
            json.WriteStartObject("links");
            json.WriteString(link, Self(parentId));
            json.WriteEndObject();
            json.WritePropertyName("data");
            WriteIdentifier(json, parentId);
        }

        json.WriteEndObject();
    }

    private static void WriteReferences(Utf8JsonWriter json, string name, string self, byte[]? data)
    {
        json.WriteStartObject(name);
        json.WriteStartObject("links");
        json.WriteString("self", self);
        json.WriteEndObject();
        json.WritePropertyName("data");
        if (data is null)
            json.WriteNullValue();
        else
            json.WriteRawValue(data, skipInputValidation: true);
        json.WriteEndObject();
    }
}
