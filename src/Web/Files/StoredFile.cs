using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Web.Json;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Files;

/// <summary>What a download needs of a file's document.</summary>
internal sealed class StoredFile
{
    private const string UnknownType = "application/octet-stream";

    /// <summary>Its name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Its media type; one that could not stand in a header is replaced.</summary>
    public string MediaType { get; private set; } = UnknownType;

    /// <summary>Its length in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>Which content it has.</summary>
    public string VersionId { get; private set; } = "";

    /// <summary>The MD5 of the content, which changes when the content does.</summary>
    public EntityTagHeaderValue ETag { get; private set; } = new("\"\"");

    /// <summary>The MD5 of the content, 16 bytes; null when it is not known, as for folders.</summary>
    public byte[]? Md5 { get; private set; }

    /// <summary>When it was made, to the second.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When it was changed, to the second.</summary>
    public DateTimeOffset ModifiedAt { get; private set; }

    /// <summary>Reads a file's document.</summary>
    public static StoredFile From(FileEntry entry)
    {
        var file = new StoredFile();
        JsonMembers.Visit(entry.Members, file, static (file, name, value) =>
        {
            if (value is [(byte)'"', ..])
                file.Take(name, value);
        });
        return file;
    }

    /// <summary>What a download needs of a former content: the name and type of the file, the rest of the version.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="version">The former content.</param>
    /// <param name="name">The name to send it under; null for the file's.</param>
    public static StoredFile From(FileEntry entry, FileVersion version, string? name = null)
    {
        var file = From(entry);
        JsonMembers.Visit(version.Members, file, static (file, name, value) =>
        {
            if (name is "size" or "md5sum" or "updated_at" && value is [(byte)'"', ..])
                file.Take(name, value);
        });
        file.VersionId = version.VersionId;
        file.Name = name ?? file.Name;
        return file;
    }

    private void Take(string name, ReadOnlySpan<byte> json)
    {
        switch (name)
        {
            case "name":
                Name = Text(json);
                break;
            case "mime" when Text(json) is { Length: > 0 } type && type.All(c => c is >= ' ' and <= '~'):
                MediaType = type;
                break;
            case "size":
                Size = long.Parse(Text(json), NumberStyles.None, CultureInfo.InvariantCulture);
                break;
            case "internal_vfs_id":
                VersionId = Text(json);
                break;
            case "md5sum":
                ETag = new EntityTagHeaderValue($"\"{Text(json)}\"");
                Md5 = Base64(json);
                break;
            case "created_at":
                CreatedAt = Time(json) ?? CreatedAt;
                break;
            case "updated_at":
                ModifiedAt = Time(json) ?? ModifiedAt;
                break;
        }
    }

    private static DateTimeOffset? Time(ReadOnlySpan<byte> json) =>
        DateTimeOffset.TryParse(Text(json), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds())
            : null;

    private static byte[]? Base64(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader.TryGetBytesFromBase64(out var bytes) ? bytes : null;
    }

    private static string Text(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader.GetString()!;
    }
}
