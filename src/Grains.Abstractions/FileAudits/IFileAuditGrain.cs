using Orleans.Concurrency;

namespace Cozy.Grains.FileAudits;

/// <summary>
/// Reads what the documents say of an instance's files, past the tree in memory, to compare it with the contents. The key
/// is the instance's id. It changes nothing.
/// </summary>
[Alias("cozy.IFileAuditGrain")]
public interface IFileAuditGrain : IGrainWithStringKey
{
    /// <summary>Files and folders in the order of their ids, behind an id (null for the beginning); empty at the end.</summary>
    [Alias("ListFiles")]
    Task<IReadOnlyList<AuditedFile>> ListFilesAsync(string? after, int limit);

    /// <summary>Former contents in the order of their documents' ids, behind one (null for the beginning); empty at the end.</summary>
    [Alias("ListVersions")]
    Task<IReadOnlyList<AuditedVersion>> ListVersionsAsync(string? after, int limit);

    /// <summary>A file or folder as it is now; null when it is gone.</summary>
    [Alias("Find")]
    Task<AuditedFile?> FindAsync(string fileId);

    /// <summary>Whether there is a file or folder with an id now.</summary>
    [Alias("Exists")]
    Task<bool> ExistsAsync(string fileId);

    /// <summary>Whether a document refers to a content now, be it the current or a former one of the file.</summary>
    [Alias("RefersTo")]
    Task<bool> RefersToAsync(string fileId, string versionId);
}

/// <summary>A file or folder as its document has it.</summary>
[GenerateSerializer, Immutable, Alias("cozy.AuditedFile")]
public sealed record AuditedFile
{
    /// <summary>Its id.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>Whether it is a folder.</summary>
    [Id(1)] public bool IsDirectory { get; init; }

    /// <summary>Its name.</summary>
    [Id(2)] public string Name { get; init; } = "";

    /// <summary>The folder it is in.</summary>
    [Id(3)] public string ParentId { get; init; } = "";

    /// <summary>The path in its document; null when there is none, as it should be for a file.</summary>
    [Id(4)] public string? Path { get; init; }

    /// <summary>Which content it has; null for a folder.</summary>
    [Id(5)] public string? VersionId { get; init; }

    /// <summary>The content's length in bytes.</summary>
    [Id(6)] public long Size { get; init; }

    /// <summary>The content's MD5; empty when it is not known.</summary>
    [Id(7)] public ReadOnlyMemory<byte> Md5 { get; init; }

    /// <summary>Whether it says that it is in the trash.</summary>
    [Id(8)] public bool IsTrashed { get; init; }

    /// <summary>When it was changed, in the form it has in the document.</summary>
    [Id(9)] public string UpdatedAt { get; init; } = "";

    /// <summary>Whether a desktop client makes it executable.</summary>
    [Id(10)] public bool IsExecutable { get; init; }
}

/// <summary>A former content as its document has it.</summary>
/// <param name="Id">The document's id: <c>file id/version id</c>.</param>
/// <param name="Size">The content's length in bytes.</param>
/// <param name="Md5">The content's MD5; empty when it is not known.</param>
[GenerateSerializer, Immutable, Alias("cozy.AuditedVersion")]
public sealed record AuditedVersion(
    [property: Id(0)] string Id, [property: Id(1)] long Size, [property: Id(2)] ReadOnlyMemory<byte> Md5)
{
    /// <summary>The file it was a content of.</summary>
    public string FileId => Id[..Math.Max(Id.IndexOf('/', StringComparison.Ordinal), 0)];

    /// <summary>Which content it is.</summary>
    public string VersionId => Id[(Id.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
