using System.Text.Json;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Files;

/// <summary>Documents of <c>io.cozy.files.versions</c>, with the fields of cozy-stack.</summary>
internal static class VersionDocument
{
    private static readonly string[] Kept = ["updated_at", "size", "md5sum"];

    /// <summary>The id of the document of a content.</summary>
    public static string IdOf(string fileId, string versionId) => $"{fileId}/{versionId}";

    /// <summary>The file and the content of an id; the second is empty when it is no version's.</summary>
    public static (string FileId, string VersionId) Split(string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (id, "") : (id[..slash], id[(slash + 1)..]);
    }

    /// <summary>The version that the current content of a file becomes.</summary>
    public static ReadOnlyMemory<byte> Of(string fileId, ReadOnlyMemory<byte> fileMembers, DateTimeOffset now) =>
        Json.Members(writer =>
        {
            foreach (var name in Kept)
                Copy(writer, fileMembers, name);
            if (!Copy(writer, fileMembers, "tags"))
                writer.WriteNull("tags");
            Copy(writer, fileMembers, "metadata");
            writer.WritePropertyName(CozyMetadata.Member);
            writer.WriteRawValue(CozyMetadata.ForVersion(fileMembers, now).ToJson());
            writer.WriteStartObject("relationships");
            writer.WriteStartObject("file");
            writer.WriteStartObject("data");
            writer.WriteString("_id", fileId);
            writer.WriteString("_type", WellKnownFiles.Doctype);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

    /// <summary>What the policy needs to know.</summary>
    public static VersionFacts Facts(string versionId, ReadOnlyMemory<byte> members)
    {
        var createdAt = MemberChanges.Find(members, CozyMetadata.Member) is { Length: > 2 } metadata
            ? FileDocument.Time(metadata[1..^1], "createdAt")
            : null;
        var isTagged = MemberChanges.Find(members, "tags") is { Length: > 2 } tags && tags.Span[0] == '[';
        return new(versionId, createdAt ?? DateTimeOffset.MinValue, isTagged, FileDocument.Size(members));
    }

    private static bool Copy(Utf8JsonWriter writer, ReadOnlyMemory<byte> members, string name)
    {
        if (MemberChanges.Find(members, name) is not { } value)
            return false;
        writer.WritePropertyName(name);
        writer.WriteRawValue(value.Span);
        return true;
    }
}
