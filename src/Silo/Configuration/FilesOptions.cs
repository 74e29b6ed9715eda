using System.ComponentModel.DataAnnotations;
using Cozy.Grains.Files;
using Cozy.Storage.Blobs.Swift;

namespace Cozy.Silo.Configuration;

/// <summary>Where the contents of files are kept (section <c>Files</c>).</summary>
internal sealed class FilesOptions
{
    /// <summary>The data folder, or OpenStack Swift.</summary>
    [EnumDataType(typeof(FilesAdapter))]
    public FilesAdapter Adapter { get; set; } = FilesAdapter.LocalDisk;

    /// <summary>The Swift, when it is one.</summary>
    public SwiftOptions Swift { get; set; } = new();

    /// <summary>Versions, the trash and the size of trees.</summary>
    public FileTreeOptions Tree { get; set; } = new();
}

/// <summary>The stores for files.</summary>
internal enum FilesAdapter
{
    /// <summary>Files in the data folder; for one process alone.</summary>
    LocalDisk,

    /// <summary>OpenStack Swift.</summary>
    Swift,
}
