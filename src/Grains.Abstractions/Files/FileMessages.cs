using Orleans.Concurrency;

namespace Cozy.Grains.Files;

/// <summary>Ids every instance's tree has.</summary>
public static class WellKnownFiles
{
    /// <summary>The doctype of files and folders.</summary>
    public const string Doctype = "io.cozy.files";

    /// <summary>The folder <c>/</c>.</summary>
    public const string RootId = "io.cozy.files.root-dir";

    /// <summary>The folder <c>/.cozy_trash</c>.</summary>
    public const string TrashId = "io.cozy.files.trash-dir";

    /// <summary>The trash's name.</summary>
    public const string TrashName = ".cozy_trash";
}

/// <summary>A file or a folder.</summary>
/// <param name="Id">Its document's id.</param>
/// <param name="Revision">Its document's revision.</param>
/// <param name="IsDirectory">Whether it is a folder.</param>
/// <param name="Path">Its absolute path.</param>
/// <param name="Members">
/// Its document's members (canonical JSON without braces), in the shape cozy-stack stores: <c>type</c>, <c>name</c>,
/// <c>dir_id</c>, <c>size</c> and so on.
/// </param>
[GenerateSerializer, Immutable, Alias("cozy.FileEntry")]
public sealed record FileEntry(
    [property: Id(0)] string Id,
    [property: Id(1)] string Revision,
    [property: Id(2)] bool IsDirectory,
    [property: Id(3)] string Path,
    [property: Id(4)] ReadOnlyMemory<byte> Members);

/// <summary>A page of a folder's children.</summary>
/// <param name="TotalCount">How many children the folder has.</param>
/// <param name="Entries">Those of this page.</param>
[GenerateSerializer, Immutable, Alias("cozy.FilePage")]
public sealed record FilePage([property: Id(0)] long TotalCount, [property: Id(1)] IReadOnlyList<FileEntry> Entries);

/// <summary>A folder to make.</summary>
[GenerateSerializer, Immutable, Alias("cozy.NewDirectory")]
public sealed record NewDirectory
{
    /// <summary>The parent folder's id.</summary>
    [Id(0)] public string ParentId { get; init; } = WellKnownFiles.RootId;

    /// <summary>Its name.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>Words to find it by.</summary>
    [Id(2)] public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>When it was made; null for now.</summary>
    [Id(3)] public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was changed; null for <see cref="CreatedAt"/>.</summary>
    [Id(4)] public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Who makes it.</summary>
    [Id(5)] public FileAuthor Author { get; init; } = FileAuthor.Server;
}

/// <summary>A file to upload.</summary>
[GenerateSerializer, Immutable, Alias("cozy.NewFile")]
public sealed record NewFile
{
    /// <summary>The parent folder's id.</summary>
    [Id(0)] public string ParentId { get; init; } = WellKnownFiles.RootId;

    /// <summary>Its name.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>Words to find it by.</summary>
    [Id(2)] public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>When it was made; null for now.</summary>
    [Id(3)] public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was changed; null for <see cref="CreatedAt"/>.</summary>
    [Id(4)] public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Whether a desktop client should make it executable.</summary>
    [Id(5)] public bool Executable { get; init; }

    /// <summary>Whether the content is encrypted by the client.</summary>
    [Id(6)] public bool Encrypted { get; init; }

    /// <summary>The content's length in bytes when the client announced it; checked against the quota beforehand.</summary>
    [Id(7)] public long? Size { get; init; }

    /// <summary>The media type the client announced, without parameters; null to guess.</summary>
    [Id(8)] public string? MimeType { get; init; }

    /// <summary>Who uploads it.</summary>
    [Id(9)] public FileAuthor Author { get; init; } = FileAuthor.Server;
}

/// <summary>Who changes a file, for its <c>cozyMetadata</c>.</summary>
/// <param name="Slug">The app's or connector's slug; null for other clients.</param>
/// <param name="OAuthClientId">The OAuth client, if it is one.</param>
/// <param name="InstanceUrl">The address of the instance, such as <c>https://alice.example.net/</c>.</param>
[GenerateSerializer, Immutable, Alias("cozy.FileAuthor")]
public sealed record FileAuthor(
    [property: Id(0)] string? Slug, [property: Id(1)] string? OAuthClientId, [property: Id(2)] string? InstanceUrl)
{
    /// <summary>The server itself.</summary>
    public static readonly FileAuthor Server = new(null, null, null);
}

/// <summary>Permission to write one content to the blob store.</summary>
/// <param name="FileId">The id the file will have.</param>
/// <param name="VersionId">The id of its content (<c>internal_vfs_id</c>).</param>
[GenerateSerializer, Immutable, Alias("cozy.UploadGrant")]
public sealed record UploadGrant([property: Id(0)] string FileId, [property: Id(1)] string VersionId);

/// <summary>What arrived.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Md5">The MD5, 16 bytes.</param>
[GenerateSerializer, Immutable, Alias("cozy.UploadedContent")]
public sealed record UploadedContent([property: Id(0)] long Length, [property: Id(1)] ReadOnlyMemory<byte> Md5);

/// <summary>How much an instance's files take.</summary>
/// <param name="Used">Bytes of files and old versions.</param>
/// <param name="Quota">Most bytes allowed; 0 for no limit.</param>
[GenerateSerializer, Immutable, Alias("cozy.DiskUsage")]
public sealed record DiskUsage([property: Id(0)] long Used, [property: Id(1)] long Quota);
