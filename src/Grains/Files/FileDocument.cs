using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Files;

/// <summary>Documents of <c>io.cozy.files</c>, with the fields of cozy-stack.</summary>
internal static class FileDocument
{
    public static ReadOnlyMemory<byte> ForDirectory(
        string path, NewDirectory request, DateTimeOffset now, FileReference? reference = null) =>
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
            if (request.Metadata is { } metadata)
                WriteJson(writer, "metadata", metadata.Span);
            WriteJson(writer, CozyMetadata.Member, CozyMetadata.Create(request.Author, now).ToJson());
        });

    /// <summary>The root and the trash have no app that made them.</summary>
    public static ReadOnlyMemory<byte> ForFixedDirectory(string parentId, string name, string path, DateTimeOffset now) =>
        Json.Members(writer =>
        {
            writer.WriteString("type", "directory");
            if (name.Length > 0)
                writer.WriteString("name", name);
            if (parentId.Length > 0)
                writer.WriteString("dir_id", parentId);
            WriteDates(writer, null, null, now);
            writer.WriteString("path", path);
        });

    public static ReadOnlyMemory<byte> ForFile(
        UploadGrant grant, NewFile request, UploadedContent content, DateTimeOffset now)
    {
        var type = MediaTypes.Resolve(request.MimeType, request.Name, content.SniffedType);
        return Json.Members(writer =>
        {
            writer.WriteString("type", "file");
            writer.WriteString("name", request.Name);
            writer.WriteString("dir_id", request.ParentId);
            WriteFileDates(writer, request, FileMetadata.TakenAt(content.Extracted), now);
            writer.WriteString("size", content.Length.ToString(CultureInfo.InvariantCulture));
            writer.WriteBase64String("md5sum", content.Md5.Span);
            writer.WriteString("mime", type);
            writer.WriteString("class", MediaTypes.ClassOf(type));
            writer.WriteBoolean("executable", request.Executable);
            writer.WriteBoolean("trashed", false);
            writer.WriteBoolean("encrypted", request.Encrypted);
            WriteTags(writer, request.Tags);
            if (FileMetadata.Merge(request.Metadata, content.Extracted) is { } metadata)
                WriteJson(writer, "metadata", metadata.Span);
            writer.WriteString("internal_vfs_id", grant.VersionId);
            WriteJson(
                writer, CozyMetadata.Member, CozyMetadata.Create(request.Author, now).Upload(request.Author, now).ToJson());
        });
    }

    public static FileEntry ToEntry(FileNode node, Document document, int versionCount) =>
        new(document.Id, document.Revision, node.IsDirectory, FileTree.PathOf(node), document.Members)
        {
            VersionCount = versionCount,
        };

    /// <summary>A text member; null when it is missing or no text.</summary>
    public static string? Text(ReadOnlyMemory<byte> members, string name) =>
        MemberChanges.Find(members, name) is { Span: [(byte)'"', ..] } json
            ? JsonSerializer.Deserialize(json.Span, PlainJson.Default.String)
            : null;

    /// <summary>A time; null when it is missing or none.</summary>
    public static DateTimeOffset? Time(ReadOnlyMemory<byte> members, string name) =>
        DateTimeOffset.TryParse(
            Text(members, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>Which content a file has; empty when it is not known.</summary>
    public static string VersionId(ReadOnlyMemory<byte> members) => Text(members, "internal_vfs_id") ?? "";

    /// <summary>Bytes of a file's content or of a version.</summary>
    public static long Size(ReadOnlyMemory<byte> members) =>
        long.TryParse(Text(members, "size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0;

    /// <summary>Tags without blanks around them, each once.</summary>
    public static IReadOnlyList<string> CleanTags(IEnumerable<string> tags) =>
        [.. tags.Select(tag => tag.Trim()).Where(tag => tag.Length > 0).Distinct()];

    private static void WriteDates(
        Utf8JsonWriter writer, DateTimeOffset? createdAt, DateTimeOffset? updatedAt, DateTimeOffset now)
    {
        writer.WriteTime("created_at", createdAt ?? now);
        writer.WriteTime("updated_at", updatedAt ?? now);
    }

    private static void WriteFileDates(Utf8JsonWriter writer, NewFile request, DateTimeOffset? takenAt, DateTimeOffset now)
    {
        var updatedAt = request.UpdatedAt ?? now;
        WriteDates(writer, takenAt ?? request.CreatedAt, takenAt > updatedAt ? takenAt : updatedAt, now);
    }

    private static void WriteTags(Utf8JsonWriter writer, IReadOnlyList<string> tags)
    {
        var clean = CleanTags(tags);
        if (clean.Count == 0)
            return;
        writer.WriteStartArray("tags");
        foreach (var tag in clean)
            writer.WriteStringValue(tag);
        writer.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter writer, FileReference reference)
    {
        writer.WriteStartArray("referenced_by");
        writer.WriteStartObject();
        writer.WriteString("id", reference.Id);
        writer.WriteString("type", reference.Type);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteJson(Utf8JsonWriter writer, string name, ReadOnlySpan<byte> json)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(json);
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class PlainJson : System.Text.Json.Serialization.JsonSerializerContext;
