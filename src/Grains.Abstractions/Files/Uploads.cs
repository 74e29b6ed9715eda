using System.Security.Cryptography;
using Orleans.Concurrency;

namespace Cozy.Grains.Files;

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

    /// <summary>When it was changed; null for now.</summary>
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

    /// <summary>The client's <c>metadata</c>, a JSON object; null for none.</summary>
    [Id(10)] public ReadOnlyMemory<byte>? Metadata { get; init; }

    /// <summary>When the name is taken, take <c>name (2)</c>, <c>name (3)</c> and so on instead of failing.</summary>
    [Id(11)] public bool RenameOnConflict { get; init; }
}

/// <summary>A new content for a file that exists; the former one becomes a version, as the policy says.</summary>
[GenerateSerializer, Immutable, Alias("cozy.NewContent")]
public sealed record NewContent
{
    /// <summary>The file.</summary>
    [Id(0)] public required string FileId { get; init; }

    /// <summary>The revision the file must still have; null for whichever it has.</summary>
    [Id(1)] public string? Revision { get; init; }

    /// <summary>Its tags from now on; null to keep those it has.</summary>
    [Id(2)] public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>When it was changed; null for now. Never before its creation.</summary>
    [Id(3)] public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Whether a desktop client should make it executable; null to keep what it has.</summary>
    [Id(4)] public bool? Executable { get; init; }

    /// <summary>Whether the content is encrypted by the client; null to keep what it has.</summary>
    [Id(5)] public bool? Encrypted { get; init; }

    /// <summary>The content's length in bytes when the client announced it.</summary>
    [Id(6)] public long? Size { get; init; }

    /// <summary>The media type the client announced, without parameters; null to guess.</summary>
    [Id(7)] public string? MimeType { get; init; }

    /// <summary>Who uploads it.</summary>
    [Id(8)] public FileAuthor Author { get; init; } = FileAuthor.Server;

    /// <summary>The client's <c>metadata</c>, a JSON object; null for none.</summary>
    [Id(9)] public ReadOnlyMemory<byte>? Metadata { get; init; }
}

/// <summary>Permission to write one content to the blob store.</summary>
/// <param name="FileId">The id the file has or will have.</param>
/// <param name="VersionId">The id of its content (<c>internal_vfs_id</c>).</param>
[GenerateSerializer, Immutable, Alias("cozy.UploadGrant")]
public sealed record UploadGrant([property: Id(0)] string FileId, [property: Id(1)] string VersionId)
{
    /// <summary>The media type the file will have, unless its content says otherwise; null when it is not known.</summary>
    [Id(2)] public string? MimeType { get; init; }

    /// <summary>For one content of a file.</summary>
    /// <param name="fileId">The id the file has or will have.</param>
    /// <param name="announcedType">The media type the client announced; null for none.</param>
    /// <param name="name">The file's name.</param>
    public static UploadGrant For(string fileId, string? announcedType, string name)
    {
        var type = MediaTypes.Resolve(announcedType, name, null);
        return new UploadGrant(fileId, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)))
        {
            MimeType = type == MediaTypes.Unknown ? null : type,
        };
    }
}

/// <summary>What arrived.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Md5">The MD5, 16 bytes.</param>
[GenerateSerializer, Immutable, Alias("cozy.UploadedContent")]
public sealed record UploadedContent([property: Id(0)] long Length, [property: Id(1)] ReadOnlyMemory<byte> Md5)
{
    /// <summary>The media type its first bytes show; used when neither the client nor the name tells.</summary>
    [Id(2)] public string? SniffedType { get; init; }

    /// <summary>What was read from the content for its <c>metadata</c>, a JSON object; null for nothing.</summary>
    [Id(3)] public ReadOnlyMemory<byte>? Extracted { get; init; }
}
