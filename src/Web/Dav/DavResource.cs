using Cozy.Grains.Dav;
using Cozy.Grains.Files;
using Cozy.Web.Files;

namespace Cozy.Web.Dav;

/// <summary>A file or folder with what WebDAV shows of it.</summary>
/// <param name="Entry">The file or folder.</param>
/// <param name="Path">Its path, as the client wrote it.</param>
internal sealed record DavResource(FileEntry Entry, string Path)
{
    private StoredFile? _file;

    /// <summary>What its document says.</summary>
    public StoredFile File => _file ??= StoredFile.From(Entry);

    /// <summary>The locks that cover it.</summary>
    public IReadOnlyList<DavLock> Locks { get; init; } = [];

    /// <summary>The properties that clients have set.</summary>
    public IReadOnlyList<DavProperty> Dead { get; init; } = [];

    /// <summary>How much room the owner has; null when it was not asked for.</summary>
    public DiskUsage? Usage { get; init; }

    /// <summary>Its address.</summary>
    public string Href => DavPath.Href(Path, Entry.IsDirectory);
}
