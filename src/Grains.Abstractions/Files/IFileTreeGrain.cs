using Orleans.Concurrency;

namespace Cozy.Grains.Files;

/// <summary>
/// Owns the tree of an instance's folders and files (<c>io.cozy.files</c>): names, places, versions, trash, quota. The
/// key is the instance's id. Contents of files never pass through it: the front end writes them to the blob store between
/// <see cref="PrepareUploadAsync"/> and <see cref="CommitUploadAsync"/>, or under a grant of its own when they are short.
/// </summary>
/// <remarks>
/// Failures are <see cref="Errors.CozyException"/>: NotFound for what is not there (also a parent, or a parent in the
/// trash), Conflict for a name that is taken, PreconditionFailed for a revision that is no longer current and for a move
/// that cannot be, TooLarge over the quota, Invalid for names, dates and paths that cannot be.
/// </remarks>
[Alias("cozy.IFileTreeGrain")]
public interface IFileTreeGrain : IGrainWithStringKey
{
    /// <summary>Makes the root, the trash and the first folders of a new instance; repeating it does nothing.</summary>
    /// <param name="locale">The language of their names.</param>
    /// <param name="address">The address of the instance, where they are said to be made; null when it is not known.</param>
    [Alias("Initialize")]
    Task InitializeAsync(string locale, string? address = null);

    /// <summary>A file or folder by its id; null when there is none.</summary>
    [AlwaysInterleave, Alias("FindById")]
    ValueTask<FileEntry?> FindByIdAsync(string id);

    /// <summary>A file or folder by its absolute path; null when there is none.</summary>
    [AlwaysInterleave, Alias("FindByPath")]
    ValueTask<FileEntry?> FindByPathAsync(string path);

    /// <summary>Files and folders by their ids, in their order; null for those that are not there. At most 500.</summary>
    [AlwaysInterleave, Alias("FindMany")]
    Task<IReadOnlyList<FileEntry?>> FindManyAsync(IReadOnlyList<string> ids);

    /// <summary>The folders above a file or folder, nearest first; empty when it is not there.</summary>
    [AlwaysInterleave, Alias("ListAncestors")]
    Task<IReadOnlyList<FileEntry>> ListAncestorsAsync(string id);

    /// <summary>A page of a folder's children: folders first, then by name. The root does not list the trash.</summary>
    [AlwaysInterleave, Alias("ListChildren")]
    Task<FilePage> ListChildrenAsync(ChildrenQuery query);

    /// <summary>The absolute paths of folders, in the order of the ids; null for those that are not there.</summary>
    [AlwaysInterleave, Alias("PathsOf")]
    ValueTask<IReadOnlyList<string?>> PathsOfAsync(IReadOnlyList<string> directoryIds);

    /// <summary>Which files and folders are, or are below, folders that an OAuth client leaves out.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="ids">The files and folders, at most 1,000.</param>
    /// <returns>Those of them that are.</returns>
    [AlwaysInterleave, Alias("FindLeftOut")]
    ValueTask<IReadOnlyList<string>> FindLeftOutAsync(string clientId, IReadOnlyList<string> ids);

    /// <summary>Bytes of the files below a folder.</summary>
    [AlwaysInterleave, Alias("GetSize")]
    ValueTask<long> GetSizeAsync(string directoryId);

    /// <summary>Makes a folder.</summary>
    [AlwaysInterleave, Alias("CreateDirectory")]
    Task<FileEntry> CreateDirectoryAsync(NewDirectory request);

    /// <summary>
    /// Makes a folder at an absolute path; with <paramref name="recursive"/> also those above it, and one that
    /// exists is no error.
    /// </summary>
    [AlwaysInterleave, Alias("CreateDirectoryAtPath")]
    Task<FileEntry> CreateDirectoryAtPathAsync(string path, bool recursive, NewDirectory request);

    /// <summary>The folder of shared drives, made under this name when there is none.</summary>
    [AlwaysInterleave, Alias("EnsureSharedDrives")]
    Task<FileEntry> EnsureSharedDrivesAsync(string name, FileAuthor author);

    /// <summary>Checks that a file may be uploaded and tells where its content goes.</summary>
    [AlwaysInterleave, Alias("PrepareUpload")]
    Task<UploadGrant> PrepareUploadAsync(NewFile request);

    /// <summary>
    /// Records a file whose content is complete in the blob store, and confirms the content; a refused content is
    /// removed. Repeating it with the same grant answers the same.
    /// </summary>
    [AlwaysInterleave, Alias("CommitUpload")]
    Task<FileEntry> CommitUploadAsync(UploadGrant grant, NewFile request, UploadedContent content);

    /// <summary>Checks that a file's content may be replaced and tells where the new one goes.</summary>
    [AlwaysInterleave, Alias("PrepareOverwrite")]
    Task<UploadGrant> PrepareOverwriteAsync(NewContent request);

    /// <summary>
    /// Replaces the content of a file by one that is complete in the blob store; as <see cref="CommitUploadAsync"/>.
    /// </summary>
    [AlwaysInterleave, Alias("CommitOverwrite")]
    Task<FileEntry> CommitOverwriteAsync(UploadGrant grant, NewContent request, UploadedContent content);

    /// <summary>
    /// Changes a file or folder, in all it asks for or not at all. A folder takes what is below it along. Moving to the
    /// trash itself is the same as <see cref="TrashAsync"/>.
    /// </summary>
    [AlwaysInterleave, ResponseTimeout("00:10:00"), Alias("Patch")]
    Task<FileEntry> PatchAsync(FilePatch patch);

    /// <summary>Puts a file or folder into the trash, under another name when its own is taken there.</summary>
    [AlwaysInterleave, ResponseTimeout("00:10:00"), Alias("Trash")]
    Task<FileEntry> TrashAsync(FileTarget target);

    /// <summary>Takes a file or folder out of the trash, to where it was; folders that are gone are made again.</summary>
    [AlwaysInterleave, ResponseTimeout("00:10:00"), Alias("Restore")]
    Task<FileEntry> RestoreAsync(FileTarget target);

    /// <summary>Destroys a file or folder for good, wherever it is, with its versions and all that is below it.</summary>
    [AlwaysInterleave, ResponseTimeout("00:10:00"), Alias("Destroy")]
    Task DestroyAsync(FileTarget target);

    /// <summary>Destroys what is in the trash for at least <paramref name="age"/>; null for all of it.</summary>
    /// <returns>How many of the trash's children were destroyed.</returns>
    [AlwaysInterleave, ResponseTimeout("00:10:00"), Alias("EmptyTrash")]
    Task<int> EmptyTrashAsync(TimeSpan? age);

    /// <summary>The former contents of a file, oldest first; empty when it has none.</summary>
    [AlwaysInterleave, Alias("ListVersions")]
    Task<IReadOnlyList<FileVersion>> ListVersionsAsync(string fileId);

    /// <summary>One former content of a file; null when it is not there.</summary>
    [AlwaysInterleave, Alias("FindVersion")]
    Task<FileVersion?> FindVersionAsync(string fileId, string versionId);

    /// <summary>Makes a former content the current one; the current one becomes a version.</summary>
    [AlwaysInterleave, Alias("Revert")]
    Task<FileEntry> RevertAsync(string fileId, string versionId, FileAuthor author);

    /// <summary>Tags a former content.</summary>
    [AlwaysInterleave, Alias("TagVersion")]
    Task<FileVersion> TagVersionAsync(VersionTags request);

    /// <summary>Destroys a former content.</summary>
    [AlwaysInterleave, Alias("DestroyVersion")]
    Task DestroyVersionAsync(string fileId, string versionId);

    /// <summary>Destroys every former content of every file.</summary>
    [AlwaysInterleave, ResponseTimeout("00:10:00"), Alias("DestroyAllVersions")]
    Task DestroyAllVersionsAsync();

    /// <summary>Adds or removes references of a file or folder.</summary>
    [AlwaysInterleave, Alias("ChangeReferences")]
    Task<FileEntry> ChangeReferencesAsync(ReferenceChange change);

    /// <summary>The files and folders that refer to a document.</summary>
    [AlwaysInterleave, Alias("ListReferenced")]
    Task<ReferencedPage> ListReferencedAsync(ReferencedQuery query);

    /// <summary>A page of the changes feed. A move of a folder shows as a whole or not at all.</summary>
    [AlwaysInterleave, Alias("ReadFeed")]
    Task<FileFeedPage> ReadFeedAsync(FileFeedQuery query);

    /// <summary>How much the files take.</summary>
    [AlwaysInterleave, Alias("GetDiskUsage")]
    ValueTask<DiskUsage> GetDiskUsageAsync();

    /// <summary>Drops what is remembered of the instance's quota.</summary>
    [AlwaysInterleave, Alias("QuotaChanged")]
    ValueTask QuotaChangedAsync();

    /// <summary>Drops what is remembered of the tree, because it is destroyed with its instance.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync();
}
