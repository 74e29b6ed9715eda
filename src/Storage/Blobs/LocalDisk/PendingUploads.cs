namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>
/// Reads an instance's uploads folder. An entry whose content exists is pending; any other is the torso of an upload.
/// Both count only when the upload that made them is over.
/// </summary>
internal sealed class PendingUploads(BlobPaths paths, Func<BlobKey, bool> isRunning)
{
    /// <summary>Removes torsos and returns what is pending.</summary>
    public List<BlobKey> Sweep(string instance)
    {
        var pending = new HashSet<BlobKey>();
        var folder = paths.Uploads(instance);
        if (!Directory.Exists(folder))
            return [];
        foreach (var entry in Directory.EnumerateFiles(folder))
        {
            if (BlobPaths.KeyOf(instance, entry) is not { } key || isRunning(key) || !IsAbandoned(entry))
                continue;
            if (File.Exists(paths.Content(key)))
                pending.Add(key);
            else
                File.Delete(entry);
        }

        return [.. pending];
    }

    /// <summary>Whether no process holds the file open; it may also be gone already.</summary>
    private static bool IsAbandoned(string entry)
    {
        try
        {
            // Asks for the exclusive lock that conflicts with the one of a running upload.
            File.OpenHandle(entry, FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
