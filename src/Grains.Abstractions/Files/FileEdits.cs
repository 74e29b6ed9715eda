using Orleans.Concurrency;

namespace Cozy.Grains.Files;

/// <summary>What to change of a file or folder; null leaves as it is.</summary>
[GenerateSerializer, Immutable, Alias("cozy.FilePatch")]
public sealed record FilePatch
{
    /// <summary>The file or folder.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>The revision it must still have; null for whichever it has.</summary>
    [Id(1)] public string? Revision { get; init; }

    /// <summary>Its new name.</summary>
    [Id(2)] public string? Name { get; init; }

    /// <summary>The folder to move it to.</summary>
    [Id(3)] public string? ParentId { get; init; }

    /// <summary>Its tags.</summary>
    [Id(4)] public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>When it was changed; must not be before its creation.</summary>
    [Id(5)] public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Whether a desktop client should make it executable.</summary>
    [Id(6)] public bool? Executable { get; init; }

    /// <summary>Whether the content is encrypted by the client.</summary>
    [Id(7)] public bool? Encrypted { get; init; }

    /// <summary>Its <c>metadata</c> from now on, a JSON object.</summary>
    [Id(8)] public ReadOnlyMemory<byte>? Metadata { get; init; }

    /// <summary>Whether it is one of the owner's favorites.</summary>
    [Id(9)] public bool? Favorite { get; init; }

    /// <summary>Guess the media type and class from the name again.</summary>
    [Id(10)] public bool DeriveType { get; init; }

    /// <summary>Who changes it.</summary>
    [Id(11)] public FileAuthor Author { get; init; } = FileAuthor.Server;
}

/// <summary>A file or folder that something is done to.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Revision">The revision it must still have; null for whichever it has.</param>
/// <param name="Author">Who does it.</param>
[GenerateSerializer, Immutable, Alias("cozy.FileTarget")]
public sealed record FileTarget(
    [property: Id(0)] string Id, [property: Id(1)] string? Revision, [property: Id(2)] FileAuthor Author);

/// <summary>A document that a file belongs to, or a client that leaves a folder out.</summary>
/// <param name="Type">The document's doctype.</param>
/// <param name="Id">The document's id.</param>
[GenerateSerializer, Immutable, Alias("cozy.FileReference")]
public sealed record FileReference([property: Id(0)] string Type, [property: Id(1)] string Id);

/// <summary>Which list of a file or folder a reference is in.</summary>
[GenerateSerializer, Alias("cozy.ReferenceKind")]
public enum ReferenceKind
{
    /// <summary><c>referenced_by</c>: documents a file or folder belongs to, such as an album.</summary>
    ReferencedBy = 0,

    /// <summary><c>not_synchronized_on</c>: clients that do not synchronize a folder.</summary>
    NotSynchronizedOn = 1,
}

/// <summary>References to add to a file or folder, or to take from it.</summary>
/// <param name="Id">The file or folder.</param>
/// <param name="Kind">Which of its lists.</param>
/// <param name="References">The references; those that are there already, or are not, are no error.</param>
/// <param name="Remove">Take them away instead of adding them.</param>
/// <param name="Author">Who does it.</param>
[GenerateSerializer, Immutable, Alias("cozy.ReferenceChange")]
public sealed record ReferenceChange(
    [property: Id(0)] string Id,
    [property: Id(1)] ReferenceKind Kind,
    [property: Id(2)] IReadOnlyList<FileReference> References,
    [property: Id(3)] bool Remove,
    [property: Id(4)] FileAuthor Author);

/// <summary>Which of the files and folders that refer to a document to list.</summary>
/// <param name="Kind">By which of their lists.</param>
/// <param name="Reference">The document.</param>
/// <param name="Limit">At most so many; an answer holds at most 500.</param>
[GenerateSerializer, Immutable, Alias("cozy.ReferencedQuery")]
public sealed record ReferencedQuery(
    [property: Id(0)] ReferenceKind Kind, [property: Id(1)] FileReference Reference, [property: Id(2)] int Limit)
{
    /// <summary>
    /// In the order of <c>metadata.datetime</c> (or of their creation where they have none) instead of that of the ids.
    /// </summary>
    [Id(3)] public bool ByDate { get; init; }

    /// <summary>Start at this place, as <see cref="ReferencedPage.Next"/> gave it; null for the beginning.</summary>
    [Id(4)] public ReferencedPosition? From { get; init; }

    /// <summary>How many to leave out, counted from the place to start at.</summary>
    [Id(5)] public int Skip { get; init; }

    /// <summary>Only count and identify; the entries carry no members.</summary>
    [Id(6)] public bool IdsOnly { get; init; }
}

/// <summary>A place in a list of what refers to a document.</summary>
/// <param name="Date">The date it is sorted by; empty in the order of ids.</param>
/// <param name="Id">The file's or folder's id.</param>
[GenerateSerializer, Immutable, Alias("cozy.ReferencedPosition")]
public sealed record ReferencedPosition([property: Id(0)] string Date, [property: Id(1)] string Id);

/// <summary>A page of what refers to a document.</summary>
/// <param name="TotalCount">How many there are.</param>
/// <param name="Entries">Those of this page.</param>
/// <param name="Next">Where the next page starts; null after the last.</param>
[GenerateSerializer, Immutable, Alias("cozy.ReferencedPage")]
public sealed record ReferencedPage(
    [property: Id(0)] long TotalCount,
    [property: Id(1)] IReadOnlyList<FileEntry> Entries,
    [property: Id(2)] ReferencedPosition? Next);

/// <summary>A change of a version's document.</summary>
/// <param name="FileId">The file.</param>
/// <param name="VersionId">Which former content.</param>
/// <param name="Tags">Its tags from now on; a version with tags is kept for good.</param>
[GenerateSerializer, Immutable, Alias("cozy.VersionTags")]
public sealed record VersionTags(
    [property: Id(0)] string FileId, [property: Id(1)] string VersionId, [property: Id(2)] IReadOnlyList<string> Tags);
