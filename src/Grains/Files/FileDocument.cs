using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Files;

/// <summary>Documents of <c>io.cozy.files</c>, with the fields of cozy-stack.</summary>
internal static class FileDocument
{
    /// <summary>What the tree remembers of a document; null when it is not a file or folder.</summary>
    public static FileNode? ToNode(string id, ReadOnlyMemory<byte> members)
    {
        using var parsed = Json.Parse(members);
        var json = parsed.RootElement;
        var isDirectory = json.Text("type") == "directory";
        if (!isDirectory && json.Text("type") != "file")
            return null;

        return new FileNode(id, json.Text("dir_id") ?? "", json.Text("name") ?? "", isDirectory)
        {
            Size = long.TryParse(json.Text("size"), CultureInfo.InvariantCulture, out var size) ? size : 0,
            VersionId = json.Text("internal_vfs_id"),
        };
    }

    public static ReadOnlyMemory<byte> ForDirectory(
        string path, NewDirectory request, DateTimeOffset now, string? reference = null) =>
        Json.Members(writer =>
        {
            writer.WriteString("type", "directory");
            writer.WriteString("name", request.Name);
            writer.WriteString("dir_id", request.ParentId);
            WriteDates(writer, request.CreatedAt, request.UpdatedAt, now);
            WriteTags(writer, request.Tags);
            writer.WriteString("path", path);
            if (reference is not null)
                WriteReference(writer, reference);
            WriteMetadata(writer, request.Author, now, uploaded: false);
        });

    /// <summary>The root and the trash have no app that made them.</summary>
    public static ReadOnlyMemory<byte> ForFixedDirectory(string parentId, string name, string path, DateTimeOffset now) =>
        Json.Members(writer =>
        {
            writer.WriteString("type", "directory");
            writer.WriteString("name", name);
            writer.WriteString("dir_id", parentId);
            WriteDates(writer, null, null, now);
            writer.WriteString("path", path);
        });

    public static ReadOnlyMemory<byte> ForFile(
        UploadGrant grant, NewFile request, UploadedContent content, DateTimeOffset now)
    {
        var type = MediaTypes.Resolve(request.MimeType, request.Name);
        return Json.Members(writer =>
        {
            writer.WriteString("type", "file");
            writer.WriteString("name", request.Name);
            writer.WriteString("dir_id", request.ParentId);
            WriteDates(writer, request.CreatedAt, request.UpdatedAt, now);
            writer.WriteString("size", content.Length.ToString(CultureInfo.InvariantCulture));
            writer.WriteBase64String("md5sum", content.Md5.Span);
            writer.WriteString("mime", type);
            writer.WriteString("class", MediaTypes.ClassOf(type));
            writer.WriteBoolean("executable", request.Executable);
            writer.WriteBoolean("trashed", false);
            writer.WriteBoolean("encrypted", request.Encrypted);
            WriteTags(writer, request.Tags);
            writer.WriteString("internal_vfs_id", grant.VersionId);
            WriteMetadata(writer, request.Author, now, uploaded: true);
        });
    }

    public static FileEntry ToEntry(FileNode node, string path, Document document) =>
        new(document.Id, document.Revision, node.IsDirectory, path, document.Members);

    private static void WriteDates(
        Utf8JsonWriter writer, DateTimeOffset? createdAt, DateTimeOffset? updatedAt, DateTimeOffset now)
    {
        var created = createdAt ?? now;
        writer.WriteTime("created_at", created);
        writer.WriteTime("updated_at", updatedAt ?? created);
    }

    private static void WriteTags(Utf8JsonWriter writer, IReadOnlyList<string> tags)
    {
        var distinct = tags.Select(tag => tag.Trim()).Where(tag => tag.Length > 0).Distinct().ToList();
        if (distinct.Count == 0)
            return;
        writer.WriteStartArray("tags");
        foreach (var tag in distinct)
            writer.WriteStringValue(tag);
        writer.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter writer, string reference)
    {
        writer.WriteStartArray("referenced_by");
        writer.WriteStartObject();
        writer.WriteString("id", reference);
        writer.WriteString("type", "io.cozy.apps");
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteMetadata(Utf8JsonWriter writer, FileAuthor author, DateTimeOffset now, bool uploaded)
    {
        writer.WriteStartObject("cozyMetadata");
        writer.WriteString("doctypeVersion", "1");
        writer.WriteNumber("metadataVersion", 1);
        writer.WriteTime("createdAt", now);
        writer.WriteOptional("createdByApp", author.Slug);
        writer.WriteTime("updatedAt", now);
        if (author.Slug is not null)
        {
            writer.WriteStartArray("updatedByApps");
            writer.WriteStartObject();
            writer.WriteString("slug", author.Slug);
            writer.WriteTime("date", now);
            writer.WriteOptional("instance", author.InstanceUrl);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteOptional("createdOn", author.InstanceUrl);
        if (uploaded)
            WriteUpload(writer, author, now);
        writer.WriteEndObject();
    }

    private static void WriteUpload(Utf8JsonWriter writer, FileAuthor author, DateTimeOffset now)
    {
        writer.WriteTime("uploadedAt", now);
        if (author.Slug is not null || author.OAuthClientId is not null)
        {
            writer.WriteStartObject("uploadedBy");
            writer.WriteOptional("slug", author.Slug);
            if (author.OAuthClientId is not null)
            {
                writer.WriteStartObject("oauthClient");
                writer.WriteString("id", author.OAuthClientId);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteOptional("uploadedOn", author.InstanceUrl);
    }
}
