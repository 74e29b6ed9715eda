using System.Text.Json;
using Cozy.Web.Thumbnails;

namespace Cozy.Web.Files;

/// <summary>
/// Copies a document's members to the attributes of its resource, and keeps those that links and relationships are made of.
/// </summary>
internal sealed class FileAttributes(Utf8JsonWriter json, bool isDirectory)
{
    /// <summary>The folder it is in.</summary>
    public string? ParentId { get; private set; }

    /// <summary>The JSON of the references; null for none.</summary>
    public byte[]? ReferencedBy { get; private set; }

    /// <summary>The JSON of the clients that leave the folder out; null for none.</summary>
    public byte[]? NotSynchronizedOn { get; private set; }

    /// <summary>Whether it is of a class that has thumbnails.</summary>
    public bool HasThumbnails { get; private set; }

    /// <summary>Takes a member.</summary>
    public void Add(string name, ReadOnlySpan<byte> value)
    {
        var isEmpty = value.SequenceEqual("[]"u8) || value.SequenceEqual("null"u8);
        switch (name)
        {
            case "dir_id":
                ParentId = ReadText(value);
                break;
            case "class":
                HasThumbnails = ThumbnailLinks.Has(ReadText(value));
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
