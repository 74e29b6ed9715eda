using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Web.Json;

namespace Cozy.Web.Files;

/// <summary>Writes files and folders as JSON:API resources.</summary>
internal static class FileResource
{
    /// <summary>Writes one: <c>{"type":…,"id":…,"attributes":{…},"meta":{…},"links":{…},"relationships":{…}}</c>.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="entry">The file or folder.</param>
    /// <param name="contents">A folder's children, when the folder itself was asked for.</param>
    public static void Write(Utf8JsonWriter json, FileEntry entry, FolderContents? contents = null)
    {
        json.WriteStartObject();
        json.WriteString("type", WellKnownFiles.Doctype);
        json.WriteString("id", entry.Id);
        json.WriteStartObject("attributes");
        var attributes = new Attributes(json, entry.IsDirectory);
        JsonMembers.Visit(entry.Members, attributes, static (to, name, value) => to.Add(name, value));
        json.WriteEndObject();
        json.WriteStartObject("meta");
        json.WriteString("rev", entry.Revision);
        json.WriteEndObject();
        json.WriteStartObject("links");
        json.WriteString("self", Self(entry.Id));
        json.WriteEndObject();
        WriteRelationships(json, entry, attributes, contents);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>{"id":…,"type":…}</c>.</summary>
    public static void WriteIdentifier(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("type", WellKnownFiles.Doctype);
        json.WriteEndObject();
    }

    /// <summary>The address of a file or folder.</summary>
    public static string Self(string id) => $"/files/{Uri.EscapeDataString(id)}";

    private static void WriteRelationships(
        Utf8JsonWriter json, FileEntry entry, Attributes attributes, FolderContents? contents)
    {
        json.WriteStartObject("relationships");
        contents?.WriteRelationship(json, entry.Id);
        if (contents is not null)
            WriteReferences(json, "not_synchronized_on", $"{Self(entry.Id)}/relationships/not_synchronized_on", attributes.NotSynchronizedOn);
        if (contents is not null || !entry.IsDirectory)
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

    /// <summary>Copies a document's members, and keeps those that the relationships are made of.</summary>
    private sealed class Attributes(Utf8JsonWriter json, bool isDirectory)
    {
        public string? ParentId { get; private set; }

        public byte[]? ReferencedBy { get; private set; }

        public byte[]? NotSynchronizedOn { get; private set; }

        public void Add(string name, ReadOnlySpan<byte> value)
        {
            var isEmpty = value.SequenceEqual("[]"u8) || value.SequenceEqual("null"u8);
            switch (name)
            {
                case "dir_id":
                    ParentId = ReadText(value);
                    break;
                case "referenced_by" when !isEmpty:
                    ReferencedBy = value.ToArray();
                    break;
                case "not_synchronized_on" when !isEmpty:
                    NotSynchronizedOn = value.ToArray();
                    break;
            }

            if (IsShown(name, value, isEmpty))
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value, skipInputValidation: true);
            }
        }

        private static string? ReadText(ReadOnlySpan<byte> value)
        {
            var reader = new Utf8JsonReader(value);
            return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }

        private bool IsShown(string name, ReadOnlySpan<byte> value, bool isEmpty) => name switch
        {
            "internal_vfs_id" => false,
            "referenced_by" => isDirectory && !isEmpty,
            "tags" or "not_synchronized_on" => !isEmpty,
            "metadata" => !isEmpty && !value.SequenceEqual("{}"u8),
            "name" or "dir_id" or "restore_path" => !value.SequenceEqual("\"\""u8),
            _ => true,
        };
    }
}
