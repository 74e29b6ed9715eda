using System.Runtime.CompilerServices;

namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>Turns failures of the file system into those of the port.</summary>
internal static class DiskErrors
{
    /// <summary>Whether a failure is the disk's, so that <see cref="Translate"/> knows it.</summary>
    public static bool IsDisk(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>Does work that may block on the disk, off the caller's thread; its failures are the port's.</summary>
    public static async Task OnDiskAsync(Action work, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(work, cancellationToken);
        }
        catch (Exception e) when (IsDisk(e))
        {
            throw Translate(e);
        }
    }

    /// <summary>The folders some levels below a folder; none when it does not exist. Links are not followed.</summary>
    public static async IAsyncEnumerable<string> FoldersAsync(
        string root, int depth, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<string> folders = [];
        await OnDiskAsync(
            () => folders = Directory.Exists(root)
                ? [.. new DirectoryInfo(root).EnumerateDirectories().Where(folder => folder.LinkTarget is null).Select(folder => folder.FullName)]
                : [],
            cancellationToken);
        foreach (var folder in folders)
        {
            if (depth == 1)
            {
                yield return folder;
                continue;
            }

            await foreach (var below in FoldersAsync(folder, depth - 1, cancellationToken))
                yield return below;
        }
    }

    /// <summary>The port's failure for one of the disk.</summary>
    public static BlobStoreException Translate(Exception e) => e.HResult switch
    {
        // ENOSPC, EDQUOT, and Windows' code.
        28 or 122 or unchecked((int)0x80070070) => new(BlobError.Full, "The disk is full.", e),
        // EFBIG, and Windows' code.
        27 or unchecked((int)0x800700DF) => new(BlobError.TooLarge, "The disk cannot hold a file this large.", e),
        _ => new(BlobError.Unavailable, $"The disk failed: {e.Message}", e),
    };
}
