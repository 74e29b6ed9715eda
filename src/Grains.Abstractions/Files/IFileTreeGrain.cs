using Orleans.Concurrency;

namespace Cozy.Grains.Files;

/// <summary>
/// Owns the tree of an instance's folders and files (<c>io.cozy.files</c>): names, places, quota. The key is the
/// instance's id. Contents of files never pass through it: the front end writes them to the blob store between
/// <see cref="PrepareUploadAsync"/> and <see cref="CommitUploadAsync"/>.
/// </summary>
[Alias("cozy.IFileTreeGrain")]
public interface IFileTreeGrain : IGrainWithStringKey
{
    /// <summary>Makes the root, the trash and the first folders of a new instance; repeating it does nothing.</summary>
    [Alias("Initialize")]
    Task InitializeAsync(string locale);

    /// <summary>A file or folder by its id; null when there is none.</summary>
    [AlwaysInterleave, Alias("FindById")]
    ValueTask<FileEntry?> FindByIdAsync(string id);

    /// <summary>A file or folder by its absolute path; null when there is none.</summary>
    [AlwaysInterleave, Alias("FindByPath")]
    ValueTask<FileEntry?> FindByPathAsync(string path);

    /// <summary>A page of a folder's children: folders first, then by name. The root does not list the trash.</summary>
    /// <exception cref="Errors.CozyException">NotFound; BadRequest: not a folder.</exception>
    [AlwaysInterleave, Alias("ListChildren")]
    Task<FilePage> ListChildrenAsync(string directoryId, int skip, int limit);

    /// <summary>Makes a folder.</summary>
    /// <exception cref="Errors.CozyException">NotFound: no such parent; Conflict: the name is taken; Invalid.</exception>
    [AlwaysInterleave, Alias("CreateDirectory")]
    Task<FileEntry> CreateDirectoryAsync(NewDirectory request);

    /// <summary>
    /// Makes a folder at an absolute path; with <paramref name="recursive"/> also those above it, and one that
    /// exists is no error.
    /// </summary>
    [AlwaysInterleave, Alias("CreateDirectoryAtPath")]
    Task<FileEntry> CreateDirectoryAtPathAsync(string path, bool recursive, NewDirectory request);

    /// <summary>Checks that a file may be uploaded and tells where its content goes.</summary>
    /// <exception cref="Errors.CozyException">
    /// NotFound: no such parent; Conflict: the name is taken; TooLarge: over the quota; Invalid.
    /// </exception>
    [AlwaysInterleave, Alias("PrepareUpload")]
    Task<UploadGrant> PrepareUploadAsync(NewFile request);

    /// <summary>
    /// Records a file whose content is complete in the blob store, and confirms the content. Repeating it with the
    /// same grant answers the same.
    /// </summary>
    /// <exception cref="Errors.CozyException">As <see cref="PrepareUploadAsync"/>; the content is then removed.</exception>
    [AlwaysInterleave, Alias("CommitUpload")]
    Task<FileEntry> CommitUploadAsync(UploadGrant grant, NewFile request, UploadedContent content);

    /// <summary>Drops what is remembered of the tree, because it is destroyed with its instance.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync();

    /// <summary>How much the files take.</summary>
    [AlwaysInterleave, Alias("GetDiskUsage")]
    ValueTask<DiskUsage> GetDiskUsageAsync();
}
