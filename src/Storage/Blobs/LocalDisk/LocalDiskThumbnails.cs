using System.Runtime.CompilerServices;

namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>
/// Thumbnails as files <c>&lt;instance&gt;/thumbs/&lt;aa&gt;/&lt;file&gt;/&lt;format&gt;~&lt;md5&gt;</c>. They are not flushed: what a power
/// cut takes is made again.
/// </summary>
internal sealed class LocalDiskThumbnails(BlobPaths paths) : IThumbnailStore
{
    private const char Separator = '~';

    /// <inheritdoc/>
    public Task PutAsync(ThumbnailKey key, ReadOnlyMemory<byte> image, CancellationToken cancellationToken = default)
    {
        var name = Name(key);
        var folder = paths.Thumbnails(key.Instance, key.FileId);
        return DiskErrors.OnDiskAsync(
            () =>
            {
                Directory.CreateDirectory(folder);
                RequireFolder(folder);
                var part = Path.Combine(folder, $".{Guid.NewGuid():n}");
                try
                {
                    using (var file = File.OpenHandle(part, FileMode.CreateNew, FileAccess.Write))
                        RandomAccess.Write(file, image.Span, 0);
                    File.Move(part, Path.Combine(folder, name), overwrite: true);
                }
                catch
                {
                    File.Delete(part);
                    throw;
                }

                foreach (var other in Directory.EnumerateFiles(folder, $"{key.Format}{Separator}*"))
                {
                    if (Path.GetFileName(other) != name)
                        File.Delete(other);
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> GetAsync(ThumbnailKey key, CancellationToken cancellationToken = default)
    {
        var name = Name(key);
        var folder = paths.Thumbnails(key.Instance, key.FileId);
        ReadOnlyMemory<byte>? image = null;
        await DiskErrors.OnDiskAsync(
            () =>
            {
                var file = new FileInfo(Path.Combine(folder, name));
                if (file.Exists && file.LinkTarget is null)
                    image = Read(file.FullName);
            },
            cancellationToken);
        return image;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListAsync(
        string instance, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(instance, nameof(instance));
        await foreach (var folder in DiskErrors.FoldersAsync(paths.Thumbnails(instance), depth: 2, cancellationToken))
            yield return Path.GetFileName(folder);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(
        string instance, IReadOnlyCollection<string> fileIds, CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(instance, nameof(instance));
        foreach (var id in fileIds)
            BlobNames.Checked(id, nameof(fileIds));
        return DiskErrors.OnDiskAsync(
            () =>
            {
                foreach (var folder in fileIds.Select(id => paths.Thumbnails(instance, id)).Where(Directory.Exists))
                    Directory.Delete(folder, recursive: true);
            },
            cancellationToken);
    }

    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static void RequireFolder(string folder)
    {
        if (new DirectoryInfo(folder).LinkTarget is not null)
            throw new IOException($"'{folder}' is a symbolic link.");
    }

    private static string Name(ThumbnailKey key)
    {
        BlobNames.Checked(key.Instance, nameof(key.Instance));
        BlobNames.Checked(key.FileId, nameof(key.FileId));
        return $"{BlobNames.Checked(key.Format, nameof(key.Format))}{Separator}{BlobNames.Checked(key.ContentMd5, nameof(key.ContentMd5))}";
    }
}
