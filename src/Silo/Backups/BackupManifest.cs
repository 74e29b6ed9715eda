using System.Text.Json.Serialization;

namespace Cozy.Silo.Backups;

/// <summary>The first entry of a backup: what the rest is.</summary>
/// <param name="Format">The version of the archive's layout.</param>
/// <param name="InstanceId">The instance's id.</param>
/// <param name="Domain">Its domain when the backup was made.</param>
/// <param name="Created">When that was.</param>
/// <param name="HasFiles">Whether the contents of files are in the archive.</param>
internal sealed record BackupManifest(int Format, string InstanceId, string Domain, DateTimeOffset Created, bool HasFiles)
{
    /// <summary>The layout this program writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The entry of the manifest itself.</summary>
    public const string Entry = "manifest.json";

    /// <summary>The instance's own document, as it is in <c>global/instances</c>.</summary>
    public const string InstanceEntry = "instance.json";

    /// <summary>The instance's documents, a file of the embedded engine.</summary>
    public const string DocumentsEntry = "documents.sqlite";

    /// <summary>Begins the entries of the contents of files, which follow as the data folder has them.</summary>
    public const string FilesPrefix = "files/";

    /// <summary>The last entry: without it the archive is not whole.</summary>
    public const string EndEntry = "end";
}

/// <summary>How a manifest is written.</summary>
[JsonSerializable(typeof(BackupManifest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class BackupJson : JsonSerializerContext;
