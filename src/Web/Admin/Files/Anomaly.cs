using System.Text.Json;

namespace Cozy.Web.Admin.Files;

/// <summary>Something that is wrong with an instance's files; the types are cozy-stack's words.</summary>
/// <param name="Type">What is wrong.</param>
/// <param name="FileId">The file or folder it is about; null for the whole tree.</param>
internal sealed record Anomaly(string Type, string? FileId)
{
    /// <summary>The document of the root is missing.</summary>
    public const string MissingRoot = "index_missing_root";

    /// <summary>The document of the trash is missing.</summary>
    public const string MissingTrash = "index_missing_trash";

    /// <summary>The folder it is in does not exist, or is no folder, or is below it.</summary>
    public const string OrphanTree = "index_orphan_tree";

    /// <summary>A folder's path is not where it is.</summary>
    public const string BadPath = "index_bad_fullpath";

    /// <summary>A file has a path, which only folders have.</summary>
    public const string FileWithPath = "index_file_with_path";

    /// <summary>Two in one folder have one name.</summary>
    public const string DuplicateName = "index_duplicate_name";

    /// <summary>A file says it is in the trash, and is not.</summary>
    public const string TrashedElsewhere = "trashed_not_in_trash";

    /// <summary>A file in the trash does not say so.</summary>
    public const string NotTrashed = "not_trashed_in_trash";

    /// <summary>A content is missing in the store.</summary>
    public const string MissingContent = "filesystem_missing";

    /// <summary>The store has a content that nothing refers to.</summary>
    public const string OrphanContent = "index_missing";

    /// <summary>A content is not what its document says.</summary>
    public const string ContentMismatch = "content_mismatch";

    /// <summary>There are thumbnails of a file that does not exist.</summary>
    public const string OrphanThumbnail = "thumbnail_with_no_file";

    /// <summary>Which content it is about; null when it is about none.</summary>
    public string? VersionId { get; init; }

    /// <summary>Whether it is about a former content.</summary>
    public bool IsVersion { get; init; }

    /// <summary>Whether it is about a folder.</summary>
    public bool IsDirectory { get; init; }

    /// <summary>The name or path it has.</summary>
    public string? Path { get; init; }

    /// <summary>The path it should have.</summary>
    public string? ExpectedPath { get; init; }

    /// <summary>What document and store say of the content.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether it was put right.</summary>
    public bool IsRepaired { get; init; }

    /// <summary>Writes it as an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", Type);
        WriteOptional(json, "id", FileId);
        WriteOptional(json, "version_id", VersionId);
        json.WriteBoolean("is_file", !IsDirectory);
        json.WriteBoolean("is_version", IsVersion);
        WriteOptional(json, "fullpath", Path);
        WriteOptional(json, "expected_fullpath", ExpectedPath);
        WriteOptional(json, "detail", Detail);
        if (IsRepaired)
            json.WriteBoolean("repaired", true);
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
