using Orleans.Concurrency;

namespace Cozy.Grains.Files;

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
    [property: Id(4)] ReadOnlyMemory<byte> Members)
{
    /// <summary>How many former contents the file has; 0 for a folder.</summary>
    [Id(5)] public int VersionCount { get; init; }
}

/// <summary>A former content of a file (<c>io.cozy.files.versions</c>).</summary>
/// <param name="FileId">The file's id.</param>
/// <param name="VersionId">Which content; the document's id is <c>file id/version id</c>.</param>
/// <param name="Revision">The document's revision.</param>
/// <param name="Members">The document's members (canonical JSON without braces).</param>
[GenerateSerializer, Immutable, Alias("cozy.FileVersion")]
public sealed record FileVersion(
    [property: Id(0)] string FileId,
    [property: Id(1)] string VersionId,
    [property: Id(2)] string Revision,
    [property: Id(3)] ReadOnlyMemory<byte> Members)
{
    /// <summary>The document's id.</summary>
    public string Id => $"{FileId}/{VersionId}";
}

/// <summary>A place in the order of a folder's children: folders first, then by name.</summary>
/// <param name="IsDirectory">Whether a folder is at this place.</param>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id, which decides between equal names.</param>
[GenerateSerializer, Immutable, Alias("cozy.FilePosition")]
public sealed record FilePosition(
    [property: Id(0)] bool IsDirectory, [property: Id(1)] string Name, [property: Id(2)] string Id);

/// <summary>A page of a folder's children.</summary>
/// <param name="TotalCount">How many children the folder has.</param>
/// <param name="Entries">Those of this page.</param>
[GenerateSerializer, Immutable, Alias("cozy.FilePage")]
public sealed record FilePage([property: Id(0)] long TotalCount, [property: Id(1)] IReadOnlyList<FileEntry> Entries)
{
    /// <summary>Where the next page starts; null after the last.</summary>
    [Id(2)] public FilePosition? Next { get; init; }
}

/// <summary>Which children of a folder to list.</summary>
/// <param name="DirectoryId">The folder.</param>
/// <param name="Limit">At most so many; an answer holds at most 500.</param>
[GenerateSerializer, Immutable, Alias("cozy.ChildrenQuery")]
public sealed record ChildrenQuery([property: Id(0)] string DirectoryId, [property: Id(1)] int Limit)
{
    /// <summary>Start at this place, or behind it if nothing is there any more; null for the beginning.</summary>
    [Id(2)] public FilePosition? From { get; init; }

    /// <summary>How many children to leave out, counted from the place to start at.</summary>
    [Id(3)] public int Skip { get; init; }
}

/// <summary>How much an instance's files take.</summary>
/// <param name="Used">Bytes of files and old versions.</param>
/// <param name="Quota">Most bytes allowed; 0 for no limit.</param>
[GenerateSerializer, Immutable, Alias("cozy.DiskUsage")]
public sealed record DiskUsage([property: Id(0)] long Used, [property: Id(1)] long Quota)
{
    /// <summary>Bytes of the files themselves, those in the trash included.</summary>
    [Id(2)] public long Files { get; init; }

    /// <summary>Bytes of old versions.</summary>
    [Id(3)] public long Versions { get; init; }

    /// <summary>Bytes of the files in the trash.</summary>
    [Id(4)] public long Trash { get; init; }
}
