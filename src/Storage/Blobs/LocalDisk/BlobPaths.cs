using System.Security.Cryptography;
using System.Text;

namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>Where things are. Every part of a path is either fixed or a name <see cref="BlobNames"/> accepts.</summary>
internal sealed class BlobPaths(string root)
{
    // No id contains it, so a file's name splits into ids in one way only.
    private const char Separator = '~';

    public string Root { get; } = Path.GetFullPath(root);

    public string Instance(string instance) => Path.Combine(Root, instance);

    public string Uploads(string instance) => Path.Combine(Root, instance, "uploads");

    /// <summary>The folder of an instance's finished contents.</summary>
    public string Contents(string instance) => Path.Combine(Root, instance, "content");

    /// <summary>A path below the root, from there.</summary>
    public string BelowRoot(string path) => path[Root.Length..].TrimStart(Path.DirectorySeparatorChar).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>The folder of an instance's thumbnails.</summary>
    public string Thumbnails(string instance) => Path.Combine(Root, instance, "thumbs");

    /// <summary>
    /// Where a content is put once it is complete. Its folder is chosen by a hash, since ids are ordered by time. There are
    /// 256, so that it is seldom a new one, whose own name would have to be made durable too.
    /// </summary>
    /// <param name="key">The content.</param>
    /// <param name="older">Where it is instead, if an older version of the program put it there; null if none did.</param>
    public string NewContent(BlobKey key, out string? older)
    {
        var name = Name(key);
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(name));
        var folder = Path.Combine(Contents(key.Instance), $"{hash[0]:x2}");

        // To ask for the folder is cheap: that it is missing is remembered, unlike a name that is asked for once.
        older = Path.Combine(folder, $"{hash[1]:x2}");
        if (!Directory.Exists(older) || !File.Exists(older = Path.Combine(older, name)))
            older = null;
        return Path.Combine(folder, name);
    }

    /// <summary>
    /// Where a content is, if it is there. What was put a level deeper, by an older version of the program or from a backup of
    /// one, is found there.
    /// </summary>
    public string Content(BlobKey key)
    {
        var content = NewContent(key, out var older);
        return older is null || File.Exists(content) ? content : older;
    }

    /// <summary>The folder of a file's thumbnails; ids are ordered by time, so their ends spread them.</summary>
    public string Thumbnails(string instance, string fileId) =>
        Path.Combine(
            Thumbnails(BlobNames.Checked(instance, nameof(instance))),
            BlobNames.Checked(fileId, nameof(fileId))[^Math.Min(2, fileId.Length)..],
            fileId);

    /// <summary>The content while it is written; afterwards a second name of it, until it is confirmed.</summary>
    public string Upload(BlobKey key) => Path.Combine(Uploads(key.Instance), Name(key));

    /// <summary>Stands for the second name where the file system has no hard links.</summary>
    public string Marker(BlobKey key) => Upload(key) + Separator;

    /// <summary>The key an entry of the uploads or of a content folder belongs to; null when it is none of ours.</summary>
    public static BlobKey? KeyOf(string instance, string entry)
    {
        var parts = Path.GetFileName(entry).TrimEnd(Separator).Split(Separator);
        return parts.Length == 2 ? new BlobKey(instance, parts[0], parts[1]) : null;
    }

    private static string Name(BlobKey key) => $"{key.FileId}{Separator}{key.VersionId}";
}
